import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PellucidError } from '../src/errors.js';
import { readExplanation, toJson } from '../src/explanations/index.js';
import { queryKey } from '../src/query-key.js';
import { openFixture } from './model/open-fixture.js';

/** A softmax and a few sums in single precision. */
const tolerance = 1e-5;

const input = { tokenIds: [5, 6, 7, 8, 9, 10, 11] };
const both = { ...input, decoderTokenIds: [0, 8, 9] };

/** How far the weights are from the softmax of what is said to lead to them, and their rows from those. */
async function furthest(name: string, options: Parameters<typeof queryKey>[2], read: object = input) {
  await using model = await openFixture(name);
  const found = await queryKey(model, read as typeof input, options);
  const { values, scores, bias, allowed, query, key, scale } = found;
  const [rows, columns] = values.shape as [number, number];
  const width = query.shape[1]!;
  let worst = 0;
  for (let row = 0; row < rows; row++) {
    const sums = Array.from({ length: columns }, (_, column) => {
      const at = row * columns + column;
      return allowed.data[at] === 1 ? Math.exp(scores.data[at]! + bias.data[at]!) : 0;
    });
    const total = sums.reduce((a, b) => a + b);
    for (const [column, sum] of sums.entries()) {
      worst = Math.max(worst, Math.abs(sum / total - values.data[row * columns + column]!));
      if (scale === null) continue;
      let product = 0;
      for (let i = 0; i < width; i++) product += query.data[row * width + i]! * key.data[column * width + i]!;
      worst = Math.max(worst, Math.abs(product * scale - scores.data[row * columns + column]!));
    }
  }
  return { worst, found };
}

suite('queries and keys of a head', () => {
  const plain = { layer: 1, head: 1 };
  test('of one stack, rotated, grouped, with a bias, a window or other scales', async () => {
    for (const [name, scaled] of [
      ['gpt2-default', 'by width'],
      ['bert-default', 'by width'],
      ['llama-default', 'by width'],
      ['bloom-default', 'by width'],
      ['gpt_neo-default', 'one'],
      ['mistral-default', 'by width'],
      ['gemma2-default', 'none'],
      ['deberta-v2-default', 'other'],
    ] as const) {
      const { worst, found } = await furthest(name, plain);
      assert.ok(worst < tolerance, `${name}: ${worst}`);
      const { scale, rotated, query } = found;
      const width = query.shape[1]!;
      assert.equal(rotated, /llama|mistral|gemma/.test(name), name);
      if (scaled === 'by width')
        assert.ok(Math.abs(scale! - 1 / Math.sqrt(width)) < 1e-4, `${name} ${scale}`);
      if (scaled === 'one') assert.ok(Math.abs(scale! - 1) < 1e-4, `${name} ${scale}`);
      if (scaled === 'none') assert.equal(scale, null);
    }
  });

  test('of an encoder-decoder, where positions are added and nothing is scaled', async () => {
    for (const stack of ['encoder', 'decoder', 'cross'] as const) {
      const { worst, found } = await furthest('t5-default', { ...plain, stack }, both);
      assert.ok(worst < tolerance, `${stack}: ${worst}`);
      assert.ok(Math.abs(found.scale! - 1) < 1e-4);
      const placed = found.bias.data.some((value) => value !== 0);
      assert.equal(placed, stack !== 'cross');
      assert.equal(found.destinationTokens?.length, stack === 'cross' ? 3 : undefined);
    }
  });

  test('it is stored and read back, and a head that is not there is refused', async () => {
    const { found } = await furthest('gpt2-default', plain);
    assert.deepEqual(readExplanation(toJson(found), 'x.json'), found);
    await using model = await openFixture('gpt2-default');
    await assert.rejects(
      queryKey(model, input, { layer: 0, head: 99 }),
      (error: unknown) => error instanceof PellucidError && error.code === 'not-found',
    );
  });
});
