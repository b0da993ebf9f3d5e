import type { Answer, OpenedModel, RunResult } from 'pellucid/client';
import type { View } from './view.js';

/** Where the target is read: where the person said, or where the best answer is read; null where the model answers once. */
export function placeOf(view: View, run: RunResult): number | null {
  return (
    view.position ?? run.answerAt ?? (run.predictions.length === 1 ? run.predictions[0]!.position : null)
  );
}

/** The answers that a target may speak of, at the place where it is read. */
export function answersOf(run: RunResult, place: number | null): readonly Answer[] {
  const own = run.predictions.find(({ position }) => position === place);
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

/** Which end of an answer in the text a target reads. */
export type Side = 'start' | 'end';

/** A target of a model that answers with a piece of its text; null for the place that it likes best. */
export function spanTarget(side: Side, position: number | null): string {
  if (position === null) return side === 'start' ? 'logit' : 'span-end';
  return `span-${side}:#${position}`;
}

export function sideOf(target: string): Side {
  return target.startsWith('span-end') ? 'end' : 'start';
}

/** The token at which an answer in the text begins or ends. */
export function spanPosition({ id, text }: Answer, side: Side, { tokens }: RunResult): number {
  const first = tokens[id];
  if (side === 'start' || !first?.offsets) return id;
  const end = first.offsets[0] + text.length;
  const last = tokens.findLastIndex(
    ({ segment, offsets, special }) =>
      segment === first.segment && !special && offsets !== null && offsets[1] <= end,
  );
  return Math.max(id, last);
}

/** How a target begins that compares the text with another one. */
export const similarTo = 'similarity:';

/** Whether there is something to be explained: an answer, or a text to be compared with. */
export function canBeAsked({ target }: View, run: RunResult): boolean {
  return run.predictions.length > 0 || (target.startsWith(similarTo) && target.length > similarTo.length);
}

/** Whether the question is the one that a model is asked where nothing else is said. */
export function isUsual({ target, position }: View): boolean {
  return target === 'logit' && position === null;
}

/** The question as requests ask it. An extractive reader has no logit of an answer, but one of where it begins. */
export function questionOf(
  view: View,
  run: RunResult,
  { task }: OpenedModel,
): { readonly target: string; readonly position?: number } {
  const place = view.position ?? run.answerAt;
  const target = view.target === 'logit' && task === 'question-answering' ? 'span-start' : view.target;
  return { target, ...(place === null ? {} : { position: place }) };
}
