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

/** Why, in plain words; what the test cost. */
export function VerdictReason({ verdict }: { readonly verdict: Verdict | null }) {
  const strings = useStrings();
  if (verdict === null) return null;
  return (
    <p className="reason">
      {strings.verdict.reason(verdict.because)} {strings.verdict.passes(verdict.cost)}
    </p>
  );
}
