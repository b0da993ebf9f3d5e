import type { Subject } from '../explanations/index.js';
import type { Tensor, Token } from '../tensor/index.js';
import { type Candidate, softmax } from './candidates.js';

/** Longer answers are not considered, as in transformers' question-answering pipeline. */
const longestAnswer = 15;

/**
 * The most probable answer spans of a question-answering head: P(start) · P(end), both over the tokens of the context
 * (the second text of a pair; the whole text where there is no pair).
 * @param logits [position, 2]: scores of each token as start and as end
 */
export function answerSpans(
  logits: Tensor<'F32'>,
  tokens: readonly Token[],
  top: number,
  subject: Subject,
): Candidate[] {
  const context = subject.pair === null ? 0 : 1;
  const places = [...tokens.keys()].filter((i) => tokens[i]!.segment === context && !tokens[i]!.special);
  const scores = (side: 0 | 1) => Float32Array.from(places, (i) => logits.data[2 * i + side]!);
  const starts = softmax(scores(0));
  const ends = softmax(scores(1));
  const spans: Candidate[] = [];
  for (const [from, first] of places.entries()) {
    for (let to = from; to < Math.min(places.length, from + longestAnswer); to++) {
      const last = places[to]!;
      spans.push({
        id: first,
        text: textOf(tokens.slice(first, last + 1), subject),
        probability: starts[from]! * ends[to]!,
        score: logits.data[2 * first]! + logits.data[2 * last + 1]!,
      });
    }
  }
  return spans.sort((a, b) => b.score - a.score).slice(0, top);
}

/** The user's own characters where they are known, else the tokens' text. */
function textOf(tokens: readonly Token[], { text, pair }: Subject): string {
  const source = tokens[0]!.segment === 1 ? pair : text;
  const from = tokens[0]!.offsets?.[0];
  const to = tokens.at(-1)!.offsets?.[1];
  if (source !== null && from !== undefined && to !== undefined) return source.slice(from, to);
  return tokens.map((token) => token.text).join('');
}
