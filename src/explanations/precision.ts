/** How far numbers are from those of the weights as they are stored, where a model computes with rounded ones. */
export interface Precision {
  readonly weights: 'int8';
  /** Of the logits (where a model has none: of its last residual stream) on a built-in text: root mean square of the differences, as a share of their spread. */
  readonly relativeError: number;
  /** The largest difference, as a share of the same. */
  readonly largestError: number;
  /** Positions at which it was measured. */
  readonly rows: number;
  /** At how many of them the best answer is the same; null where there are no answers to compare. */
  readonly sameAnswers: number | null;
}

/** What rounded weights mean for the numbers, in one sentence. */
export function precisionSentence({ relativeError, largestError, rows, sameAnswers }: Precision): string {
  const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;
  const what = sameAnswers === null ? 'outputs' : 'logits';
  const agreement =
    sameAnswers === null ? '' : `, and the best answer is the same at ${sameAnswers} of ${rows} positions`;
  return `Weights are in 8 bits, so that every number is approximate: on a built-in text ${what} are off by ${percent(relativeError)} of their spread (root mean square), ${percent(largestError)} at most${agreement}.`;
}
