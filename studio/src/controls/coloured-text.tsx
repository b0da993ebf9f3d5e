import type { Attribution } from 'pellucid/explanations';
import { colorMap } from 'pellucid/figures';
import { inkOn } from '../ink.js';
import { useStrings } from '../state/preferences.js';
import { useView } from '../state/view.js';
import { quoted, signed } from '../words.js';
import { Label } from './label.js';

/** The text, each feature on the colour of its score; 0 is neutral. */
export function ColouredText({ attribution }: { readonly attribution: Attribution }) {
  const strings = useStrings();
  const { view, pin, focused, focus } = useView();
  const { tokens, features, values, signed: hasSigns } = attribution;
  const colors = colorMap('RdBu_r');
  const largest = Math.max(...values.data.map(Math.abs)) || 1;
  const ends = hasSigns ? [0, 0.25, 0.5, 0.75, 1] : [0.5, 0.75, 1];
  const featureAt = new Map(
    features.flatMap(({ positions }, i) => positions.map((position) => [position, i] as const)),
  );
  return (
    <>
      <p className="coloured">
        {[...tokens.entries()].map(([position, { text }]) => {
          const feature = featureAt.get(position);
          const score = feature === undefined ? undefined : values.data[feature]!;
          const background = score === undefined ? undefined : colors(0.5 + score / largest / 2);
          const style = background === undefined ? {} : { background, color: inkOn(background) };
          const together = focused !== null && feature !== undefined && feature === featureAt.get(focused);
          return (
            <button
              type="button"
              key={position}
              tabIndex={-1}
              className={[
                'token',
                score === undefined ? 'plain' : '',
                together || focused === position ? 'focused' : '',
              ].join(' ')}
              style={style}
              title={score === undefined ? '' : `${quoted(features[feature!]!.label)} ${signed(score)}`}
              aria-pressed={view.tokens.includes(position)}
              onClick={() => pin(position)}
              onPointerEnter={() => focus(position)}
              onPointerLeave={() => focus(null)}
            >
              <Label text={text} />
            </button>
          );
        })}
      </p>
      <p className="legend" aria-hidden="true">
        {hasSigns && strings.attribution.against}
        <span
          style={{ background: `linear-gradient(to right, ${ends.map((at) => colors(at)).join(', ')})` }}
        />
        {strings.attribution.for} ({signed(largest)})
      </p>
    </>
  );
}
