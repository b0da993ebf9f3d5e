import { useState } from 'react';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useView } from '../state/view.js';
import { Label } from './label.js';
import { moveFocus } from './roving.js';

/** The tokens of the text; one of them can be pinned, for all panels. */
export function TokenStrip() {
  const strings = useStrings();
  const { run } = useSubject();
  const { view, change } = useView();
  const [focused, setFocused] = useState(0);
  const reached = Math.min(view.token ?? focused, run.tokens.length - 1);
  return (
    <section className="tokens" aria-label={strings.tokens}>
      <div
        role="toolbar"
        aria-label={`${strings.tokens}. ${strings.tokensHint}`}
        onKeyDown={(event) => {
          const next = moveFocus(event, 1);
          if (next !== null) setFocused(next);
        }}
      >
        {[...run.tokens.entries()].map(([position, { text, special }]) => (
          <button
            type="button"
            key={position}
            className={special ? 'token special' : 'token'}
            aria-pressed={view.token === position}
            aria-label={`${position}: ${text.trim() || text}`}
            title={`${position}`}
            tabIndex={position === reached ? 0 : -1}
            onClick={() => change({ token: view.token === position ? null : position })}
          >
            <Label text={text} />
          </button>
        ))}
      </div>
      <small>
        {strings.tokenCount(run.tokens.length)}. {strings.tokensHint}
      </small>
    </section>
  );
}
