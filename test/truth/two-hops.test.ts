import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel } from '../../src/index.js';
import { randomOf } from '../../src/random.js';
import { twoHops } from '../../src/truth/two-hops.js';
import { answersOf, assertGolden } from './truth-golden.js';

test('the program of two hops equals the reference, and so do the worths of its words', () =>
  assertGolden(twoHops));

test('it says the partner of the partner, whatever the order of the pairs', async () => {
  await using model = await loadModel('pellucid-truth-two-hops');
  const orders = new Set<boolean>();
  for (let i = 0; i < 12; i++) {
    const { text, target, needed } = twoHops.example(randomOf(i));
    const [prediction] = (await model.run(text)).predictions(1);
    assert.equal(`logit:${prediction!.candidates[0]!.text.trim()}`, target);
    const words = text.split(' ');
    const [asked, partner, again, answer, last] = needed.map((place) => words[place]);
    assert.deepEqual([asked, partner, `logit:${answer}`], [last, again, target]);
    orders.add(needed[0]! < needed[2]!);
  }
  assert.equal(orders.size, 2);
});

test('the five words of the two pairs and the last one share the answer, and occlusion gives each all of it', async () => {
  const close = (a: ArrayLike<number>, b: readonly number[]) =>
    b.every((each, i) => Math.abs(a[i]! - each) < 1e-4);
  for (const { example, scores } of await answersOf(twoHops, 'exact-shapley', 2))
    assert.ok(close(scores, example.values!), Array.from(scores).join());
  for (const { example, scores } of await answersOf(twoHops, 'occlusion', 2))
    assert.ok(
      close(
        scores,
        example.values!.map((value) => 5 * value),
      ),
      Array.from(scores).join(),
    );
});
