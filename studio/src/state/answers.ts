import type { Answer, RunResult } from 'pellucid/client';

/** The answers that a target may speak of: those of the first prediction, or of the pinned token where it has its own. */
export function answersOf(run: RunResult, token: number | null): readonly Answer[] {
  const own = run.predictions.find(({ position }) => position === token && token !== null);
  return (own ?? run.predictions[0])?.candidates ?? [];
}

/** A target as it is written: `logit`, `logit:#5`, `contrast:#5,#6`; ids, for some tokens have commas or spaces. */
export function targetOf(answer: number | null, other: number | null): string {
  if (answer === null) return 'logit';
  return other === null ? `logit:#${answer}` : `contrast:#${answer},#${other}`;
}

/** The ids that {@link targetOf} wrote; null where it was written by hand in another way. */
export function idsOf(target: string): { readonly answer: number | null; readonly other: number | null } {
  const ids = [...target.matchAll(/#(\d+)/g)].map((match) => Number(match[1]));
  return { answer: ids[0] ?? null, other: ids[1] ?? null };
}
