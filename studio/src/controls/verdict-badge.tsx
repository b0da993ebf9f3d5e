import type { Verdict } from 'pellucid/explanations';
import { useStrings } from '../state/preferences.js';

/** Whether an explanation holds. */
export function VerdictBadge({ verdict }: { readonly verdict: Verdict | null }) {
  const strings = useStrings();
  if (verdict === null) return <span className="badge">{strings.verdict.notTested}</span>;
  return (
    <span className={`badge ${verdict.conclusion.replace(' ', '-')}`}>
      {strings.verdict.conclusions[verdict.conclusion]}
    </span>
  );
}
