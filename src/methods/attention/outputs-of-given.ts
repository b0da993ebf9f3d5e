import type { Capture } from '../../model/index.js';
import type { Question } from '../../question/index.js';
import { type Tensor, tensor } from '../../tensor/index.js';

/** Tokens in one batch: long enough to keep the processor busy, short enough for its caches and memory. */
const tokensAtOnce = 1024;

/**
 * What a hook point comes to when values are put into the model at others: one result for each step, in order. Steps run side by
 * side in batches, and their values are made when they are needed.
 * @param given F32 values by hook point for a step, without the batch axis; the same hook points at every step.
 */
export async function* outputsOfGiven(
  { model, tokens, signal }: Question,
  output: string | Capture,
  steps: number,
  given: (step: number) => Readonly<Record<string, Tensor>>,
): AsyncGenerator<Float32Array> {
  const rows = Math.max(1, Math.floor(tokensAtOnce / tokens.length));
  for (let start = 0; start < steps; start += rows) {
    const values = Array.from({ length: Math.min(rows, steps - start) }, (_, i) => given(start + i));
    const stacked = Object.keys(values[0]!).map((name) => [name, stack(values.map((each) => each[name]!))]);
    const runs = await model.runBatch(
      values.map(() => ({ tokens })),
      {
        ...{ capture: output, answers: 'none', given: Object.fromEntries(stacked) },
        ...(signal ? { signal } : {}),
      },
    );
    const hook = typeof output === 'string' ? output : output.hook;
    for (const run of runs) yield run.activation(hook).data as Float32Array;
  }
}

function stack(parts: readonly Tensor[]): Tensor<'F32'> {
  const { shape, data } = parts[0]!;
  const all = new Float32Array(parts.length * data.length);
  for (const [i, part] of parts.entries()) all.set(part.data as Float32Array, i * data.length);
  return tensor('F32', [parts.length, ...shape], all);
}
