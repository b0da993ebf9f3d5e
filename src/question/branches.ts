import type { Branch, Model, Piece } from '../model/index.js';
import type { Coalition } from './coalition.js';
import type { Question } from './question.js';

/**
 * Coalitions as inputs that begin alike: at each position stands the token or what its feature leaves, or nothing where it
 * is deleted.
 */
export function branchesOf(
  question: Question,
  coalitions: readonly Coalition[],
): Pick<Parameters<Model['readBranches']>[0], 'pieces' | 'branches' | 'definition'> | undefined {
  const { tokens, features, removal, embeddings, target } = question;
  const { definition, places = [target] } = target;
  const read = places.map(({ position, answers }) => ({
    position: position ?? null,
    answers: answers.map(Number),
  }));
  const known = ({ position, answers }: (typeof read)[number]) =>
    (position === null || typeof position === 'number') && answers.length === definition.takes;
  if (question.encoderLength !== undefined || !read.every(known)) return undefined;
  const width = embeddings.length / tokens.length;
  const pieces = tokens.flatMap((token, at): Piece[] => {
    const embedding = embeddings.subarray(at * width, (at + 1) * width);
    const instead = removal.embeddings?.[0] ?? embedding;
    return [
      { token, embedding, hidden: false },
      { token, embedding: instead, hidden: removal.name === 'hide' },
    ];
  });
  const featureAt = new Map(features.flatMap(({ positions }, i) => positions.map((at) => [at, i] as const)));
  const branches = coalitions.map((coalition): Branch => {
    const absent = (at: number) => coalition[featureAt.get(at) ?? -1] === 0;
    const kept = [...tokens.keys()].filter((at) => removal.name !== 'delete' || !absent(at));
    const before = (position: number) => kept.filter((at) => at <= position).length - 1;
    return {
      steps: kept.map((at) => 2 * at + Number(absent(at))),
      places: read.map(({ position, answers }) => ({
        position: position === null ? null : Math.max(0, before(Number(position))),
        answers,
      })),
    };
  });
  // What has no token left is refused elsewhere.
  return branches.every(({ steps }) => steps.length > 0) ? { pieces, branches, definition } : undefined;
}
