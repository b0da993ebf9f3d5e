import { PellucidError } from '../../errors.js';
import type { AlignedText, Edit } from './aligned-text.js';

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** Lower case, character by character, as Rust does (so a final sigma is not special). */
export function lowercased(text: AlignedText): AlignedText {
  return text.mapped((character) => character.toLowerCase());
}

/**
 * Unicode normalisation. It can join or reorder only within a cluster (a character and the marks after it), so each
 * cluster is normalised by itself, and what changes in it stands, whole, for the characters it came from.
 * @throws PellucidError `bad-input` when a character has more than 10 000 marks
 */
export function unicodeNormalized(text: AlignedText, form: UnicodeForm): AlignedText {
  refuseEndlessClusters(text.text);
  const wanted = text.text.normalize(form);
  if (wanted === text.text) return text;
  for (const clusters of [markClusters, joiningClusters]) {
    const normalized = text.replaced(clusterEdits(text.text, clusters, form));
    if (normalized.text === wanted) return normalized;
  }
  return text.replaced([{ from: 0, to: text.length, by: wanted }]);
}

/** Normalisation sorts the marks of a character, in a time that grows with their number squared. */
const mostMarksInARow = 10_000;

function refuseEndlessClusters(text: string): void {
  for (const [marks] of text.matchAll(/\p{M}+/gu)) {
    if (marks.length <= mostMarksInARow) continue;
    throw new PellucidError(
      'bad-input',
      `the text has ${marks.length} combining marks in a row, and at most ${mostMarksInARow} are read`,
    );
  }
}

const markClusters = /[\s\S]\p{M}*/gu;
/** Also Hangul jamo, which join without being marks, and the halfwidth forms that become jamo or kana marks. */
const joiningClusters = /[\s\S][\p{M}\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc]*/gu;

function* clusterEdits(text: string, clusters: RegExp, form: UnicodeForm): Iterable<Edit> {
  for (const match of text.matchAll(clusters)) {
    const [cluster] = match;
    const by = cluster.normalize(form);
    if (by !== cluster) yield changedMiddle(cluster, by, match.index);
  }
}

/** The edit that leaves alone what a cluster begins and ends with before and after. */
function changedMiddle(cluster: string, by: string, at: number): Edit {
  const shorter = Math.min(cluster.length, by.length);
  let first = 0;
  while (first < shorter && cluster[first] === by[first]) first++;
  let last = 0;
  while (last < shorter - first && cluster.at(-1 - last) === by.at(-1 - last)) last++;
  // Both halves of a surrogate pair stay together.
  if (first > 0 && /[\ud800-\udbff]/.test(cluster[first - 1]!)) first--;
  if (last > 0 && /[\udc00-\udfff]/.test(cluster.at(-last)!)) last--;
  return { from: at + first, to: at + cluster.length - last, by: by.slice(first, by.length - last) };
}
