import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { encodeOnnx, GraphBuilder } from '../../../src/graph/index.js';
import type { BuildContext } from '../../../src/model/architecture.js';
import { type AlibiVariant, alibi, alibiSlopes } from '../../../src/model/blocks/alibi.js';
import { NodeRuntime } from '../../../src/runtime/node.js';
import { type Tensor, tensor } from '../../../src/tensor/index.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

/** The bias of each head at each source, for rows of the given masks. */
async function biases(masks: number[][], heads: number, variant?: AlibiVariant): Promise<Tensor<'F32'>> {
  const graph = new GraphBuilder();
  const mask = graph.input('mask', 'F32', ['batch', 'position']);
  graph.hook('bias', alibi({ graph, inputs: { mask } } as unknown as BuildContext, heads, variant));
  const session = await runtime.createSession(encodeOnnx(graph.build(), String));
  const feed = tensor('F32', [masks.length, masks[0]!.length], Float32Array.from(masks.flat()));
  const result = (await session.run({ mask: feed })).get('bias') as Tensor<'F32'>;
  await session.release();
  return result;
}

test('slopes of a power of two are a geometric series, the heads beyond it take those between', () => {
  const powers = Array.from({ length: 8 }, (_, i) => 2 ** -(i + 1));
  assert.deepEqual([...alibiSlopes(8)], powers);
  // √½ in float32, and its odd powers.
  const between = [1, 3, 5, 7].map((power) => Math.fround(Math.fround(Math.SQRT1_2) ** power));
  assert.deepEqual([...alibiSlopes(12)], [...powers, ...between]);
  assert.deepEqual([...alibiSlopes(1)], [2 ** -8]);
});

test('positions count from the first token of each row, on whichever side its padding stands', async () => {
  const { shape, data } = await biases(
    [
      [1, 1, 1, 0],
      [0, 1, 1, 1],
    ],
    2,
  );
  assert.deepEqual(shape, [2, 2, 1, 4]);
  const places = [
    [0, 1, 2, 0],
    [0, 0, 1, 2],
  ];
  const slopes = [2 ** -4, 2 ** -8];
  assert.deepEqual(
    // −0 is as good as 0.
    [...data].map((value) => value + 0),
    places.flatMap((row) => slopes.flatMap((slope) => row.map((place) => place * slope))),
  );
});

test('the rounded variant has eight significant bits, slopes, positions and products', async () => {
  const length = 300;
  const { data } = await biases([new Array<number>(length).fill(1)], 12, { rounded: true, scale: 0.5 });
  // Head 8 has √½ = 0.70710678: 0.70703125 in bfloat16. 299 becomes 300, the product is 212.11, and the step there is 1.
  assert.equal(data[8 * length + 1], 0.70703125 / 2);
  assert.equal(data[8 * length + 299], 212 / 2);
});
