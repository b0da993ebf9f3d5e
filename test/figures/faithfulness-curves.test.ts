import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { faithfulnessCurves } from '../../src/figures/index.js';
import { exampleAttribution, hello, testedAttribution } from './example.js';
import { assertSnapshot } from './snapshot.js';

const both = [testedAttribution('occlusion', 3), testedAttribution('kernel-shap', 0.5)];

suite('faithfulness curves', () => {
  test('snapshots', () => {
    assertSnapshot('faithfulness-curves.svg', faithfulnessCurves(both).svg);
    assertSnapshot('faithfulness-curves-dark.svg', faithfulnessCurves(both, { theme: 'dark' }).svg);
  });

  test('speaks the words that it is given', () => {
    const words = {
      random: '随机排序',
      deletion: ['移除', '越低越好'],
      method: (name: string) => `方法 ${name}`,
    } as const;
    const { svg } = faithfulnessCurves(both, { words });
    for (const word of ['随机排序', '移除', '越低越好', '方法 occlusion', 'Put in'])
      assert.ok(svg.includes(word), word);
    assert.doesNotMatch(svg, /Taken away|random rankings/);
  });

  test('a curve goes from the first value to the last, downwards where the target falls', () => {
    const { svg } = faithfulnessCurves([testedAttribution('occlusion', 1)]);
    const [deletion, insertion] = [...svg.matchAll(/<path d="M([^"]+)"[^>]*stroke-width="2\.2"/g)].map(
      ([, d]) => d!.split('L').map((point) => point.split(' ').map(Number)),
    );
    assert.equal(deletion!.length, 5);
    assert.ok(
      deletion!.every(([x, y], i) => i === 0 || (x! > deletion![i - 1]![0]! && y! > deletion![i - 1]![1]!)),
    );
    assert.deepEqual(
      insertion!.map(([, y]) => y),
      deletion!.map(([, y]) => y).toReversed(),
    );
  });

  test('methods without curves are left out; without any it is refused', () => {
    const quick = exampleAttribution(hello.slice(1, -1), { method: 'saliency' });
    assert.doesNotMatch(faithfulnessCurves([quick, ...both]).svg, /Saliency/);
    assert.throws(() => faithfulnessCurves([quick]), /ask for the verdict "full"/);
  });
});
