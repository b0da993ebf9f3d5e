import { useState } from 'react';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useView } from '../state/view.js';
import { Label } from './label.js';
import { moveFocus } from './roving.js';

/** The tokens of the text; some can be pinned, for all panels, and the one under the pointer is marked in all. */
export function TokenStrip() {
  const strings = useStrings();
  const { run, tokens, input, model } = useSubject();
  const { view, change, pin, focused, focus } = useView();
  const [visited, setVisited] = useState(0);
  const reached = Math.min(visited, tokens.length - 1);
  const decoderFrom = run.decoderTokens === null ? tokens.length : run.tokens.length;
  const readFrom = tokens.length - (input.written?.length ?? 0);
  return (
    <section className="tokens" aria-label={strings.input.tokens}>
      <div
        role="toolbar"
        aria-label={`${strings.input.tokens}. ${strings.input.tokensHint}`}
        onKeyDown={(event) => {
          const next = moveFocus(event, 1);
          if (next !== null) setVisited(next);
        }}
      >
        {[...tokens.entries()].map(([position, { text, special, segment }]) => (
          <button
            type="button"
            key={position}
            className={[
              'token',
              special ? 'special' : '',
              focused === position ? 'focused' : '',
              position >= readFrom ? 'read' : '',
              position === decoderFrom || (position > 0 && segment !== tokens[position - 1]!.segment)
                ? 'begins'
                : '',
            ].join(' ')}
            aria-pressed={view.tokens.includes(position)}
            aria-label={`${position}: ${text.trim() || text}`}
            title={`${position}`}
            tabIndex={position === reached ? 0 : -1}
            onClick={() => {
              setVisited(position);
              pin(position);
            }}
            onPointerEnter={() => focus(position)}
            onPointerLeave={() => focus(null)}
            onFocus={() => focus(position)}
            onBlur={() => focus(null)}
          >
            <Label text={text} />
          </button>
        ))}
      </div>
      <small>
        {strings.input.tokenCount(tokens.length)}
        {tokens.length > model.contextLength * 0.9 && ` / ${model.contextLength}`}
        {strings.input.stop}
        {strings.input.tokensHint}{' '}
        {view.tokens.length > 0 && (
          <button type="button" className="quiet" onClick={() => change({ tokens: [] })}>
            {strings.input.unpin(view.tokens.length)}
          </button>
        )}
      </small>
    </section>
  );
}
