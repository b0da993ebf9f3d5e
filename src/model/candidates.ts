/** One thing that a model may answer. */
export interface Candidate {
  /** Token id or class id; of an answer span, the position where it starts. */
  readonly id: number;
  /** The token as people read it, the label, or the words of the span. */
  readonly text: string;
  /** Between 0 and 1; null for a regression, whose answer is the score itself. */
  readonly probability: number | null;
  /** What the model put out: the logit; of a span, the sum of its two logits. */
  readonly score: number;
}

/** The `top` classes of one row of scores, the highest first; without `normalize` they have no probability. */
export function rank(
  scores: Float32Array,
  top: number,
  name: (id: number) => string,
  normalize: ((scores: Float32Array) => Float64Array) | null,
): Candidate[] {
  const probabilities = normalize?.(scores);
  return highest(scores, top).map((id) => ({
    id,
    text: name(id),
    probability: probabilities ? probabilities[id]! : null,
    score: scores[id]!,
  }));
}

/** The indices of the `top` highest scores, the highest first; of equal ones the first comes first. */
export function highest(scores: Float32Array, top: number): number[] {
  // Few of many: sorting a whole vocabulary takes longer than the head of a small model.
  if (top * 100 > scores.length)
    return Array.from(scores.keys())
      .sort((a, b) => scores[b]! - scores[a]!)
      .slice(0, top);
  const found: number[] = [];
  for (const [id, score] of scores.entries()) {
    if (found.length === top && !(score > scores[found.at(-1)!]!)) continue;
    let place = found.length;
    while (place > 0 && score > scores[found[place - 1]!]!) place -= 1;
    found.splice(place, 0, id);
    if (found.length > top) found.pop();
  }
  return found;
}

/** exp(x) / Σ exp(x), in double precision. */
export function softmax(scores: Float32Array): Float64Array {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(scores, (score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** x − log Σ exp(x), in double precision. */
export function logSoftmax(scores: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(scores);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = values.reduce((total, score) => total + Math.exp(score - most), 0);
  return values.map((score) => score - most - Math.log(sum));
}

/** 1 / (1 + exp(−x)). */
export function sigmoid(scores: Float32Array): Float64Array {
  return Float64Array.from(scores, (score) => 1 / (1 + Math.exp(-score)));
}
