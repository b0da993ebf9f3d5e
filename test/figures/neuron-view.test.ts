import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PellucidError } from '../../src/errors.js';
import { neuronView } from '../../src/figures/index.js';
import { exampleQueryKey, hello, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

/** What a row says on hovering, in order. */
const rowsOf = (svg: string) =>
  [...svg.matchAll(/<g(?: opacity="0.4")?><title>([^<]*): ([^<]*)<\/title>/g)].map(([, name, weight]) => [
    name,
    weight,
  ]);

suite('neuron view', () => {
  test('snapshots', () => {
    assertSnapshot('neuron-view.svg', neuronView(exampleQueryKey(hello)).svg);
    const dark = neuronView(exampleQueryKey(hello), {
      theme: 'dark',
      destination: 2,
      width: 560,
      title: false,
    });
    assertSnapshot('neuron-view-dark.svg', dark.svg);
  });

  test('weights are those of the destination, and masked sources say so', () => {
    const found = exampleQueryKey(hello);
    const rows = rowsOf(neuronView(found, { destination: 2 }).svg);
    const weights = found.values.data.subarray(12, 18);
    assert.deepEqual(
      rows.map(([, weight]) => weight),
      [...weights].map((weight, i) => (i <= 2 ? weight.toFixed(3) : 'cannot attend')),
    );
  });

  test('of many sources the strongest are shown, in the order of the text', () => {
    const found = exampleQueryKey(story);
    const count = story.length;
    const last = [...found.values.data.subarray(-count)];
    const expected = [...last.keys()]
      .sort((a, b) => last[b]! - last[a]!)
      .slice(0, 4)
      .sort((a, b) => a - b);
    const rows = rowsOf(neuronView(found, { top: 4 }).svg);
    assert.deepEqual(
      rows.map(([, weight]) => weight),
      expected.map((i) => last[i]!.toFixed(3)),
    );
  });

  test('a query of zeros is drawn', () => {
    const found = exampleQueryKey(['a', 'b']);
    const zero = { ...found, query: { ...found.query, data: new Float32Array(8) } };
    const { svg } = neuronView(zero);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  test('strange tokens and the colour of masked ones stay inside; a token that is not there is refused', () => {
    const { svg } = neuronView(exampleQueryKey(strange), { width: 400 });
    assert.doesNotMatch(svg, /NaN|undefined|<script/);
    assert.throws(
      () => neuronView(exampleQueryKey(hello), { destination: 6 }),
      (error: unknown) =>
        error instanceof PellucidError && /no destination 6: there are 6/.test(error.message),
    );
  });
});
