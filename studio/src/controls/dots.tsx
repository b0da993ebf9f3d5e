import { useStrings } from '../state/preferences.js';
import { signed } from '../words.js';

/** The change, among those that the others make. */
export function Dots({ change, changes }: { readonly change: number; readonly changes: readonly number[] }) {
  const strings = useStrings();
  const reach = Math.max(...[change, ...changes].map(Math.abs)) || 1;
  const x = (value: number) => 200 + (value / reach) * 185;
  return (
    <svg
      className="dots"
      viewBox="0 0 400 46"
      role="img"
      aria-label={strings.test.dots(signed(change), changes.length)}
    >
      <line x1="10" x2="390" y1="16" y2="16" />
      <line x1="200" x2="200" y1="6" y2="26" />
      {[...changes.entries()].map(([i, value]) => (
        <circle key={i} className="other" cx={x(value)} cy="16" r="4" />
      ))}
      <circle className="own" cx={x(change)} cy="16" r="6" />
      <text x="200" y="42" textAnchor="middle">
        0
      </text>
      <text x="15" y="42" textAnchor="start">
        {signed(-reach)}
      </text>
      <text x="385" y="42" textAnchor="end">
        {signed(reach)}
      </text>
    </svg>
  );
}
