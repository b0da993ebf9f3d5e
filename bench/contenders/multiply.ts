import { encodeOnnx, GraphBuilder } from '../../src/graph/index.js';
import { NodeRuntime } from '../../src/index.js';
import { tensor } from '../../src/tensor/index.js';
import { randomNumbers, seedOf } from '../checkpoints/random.js';
import { time } from './time.js';

/** The widths that a row passes, in the shapes of GPT-2 small's weights: MLP, attention output, query-key-value. */
const widths = [768, 3072, 768, 768, 2304, 768] as const;
const passes = 6;

/** What a row costs, a multiplication and an addition counted as two. */
export const operationsPerRow =
  passes * widths.reduce((sum, to, i) => sum + 2 * (widths[i - 1] ?? 0) * to, 0);

let session: ReturnType<NodeRuntime['createSession']> | undefined;

/** Milliseconds of each of so many chains of products: nothing but single-precision matrix products. */
export async function multiply(request: { rows: number; repetitions: number }): Promise<number[]> {
  session ??= new NodeRuntime().createSession(chain(), { prepack: true });
  const opened = await session;
  const x = tensor('F32', [request.rows, widths[0]], randoms(request.rows, widths[0]));
  return time(request.repetitions, () => opened.run({ x }));
}

function chain(): Uint8Array {
  const graph = new GraphBuilder();
  let value = graph.input('x', 'F32', ['row', widths[0]]);
  const weights = widths
    .slice(1)
    .map((to, i) => graph.constant(tensor('F32', [widths[i]!, to], randoms(widths[i]!, to))));
  for (let pass = 0; pass < passes; pass++)
    for (const weight of weights) value = graph.apply('MatMul', [value, weight]);
  graph.hook('product', value);
  return encodeOnnx(graph.build(), String);
}

/** Of a size that keeps products of products near 1. */
function randoms(from: number, to: number): Float32Array {
  const random = randomNumbers(seedOf(`multiply ${from} ${to}`));
  return Float32Array.from({ length: from * to }, () => (random() - 0.5) * Math.sqrt(12 / from));
}
