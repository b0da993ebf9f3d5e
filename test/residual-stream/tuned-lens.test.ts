import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type Lens,
  lens,
  loadTunedLens,
  PellucidError,
  saveTunedLens,
  trainTunedLens,
} from '../../src/index.js';
import { identityLens } from '../../src/residual-stream/index.js';
import { fixturesFolder } from '../model/golden.js';
import { openFixture } from '../model/open-fixture.js';
import { assertLens, type LensCase, readingCases } from './lens-golden.js';

const folder = fileURLToPath(new URL('residual-stream/tuned-lens', fixturesFolder));
const work = mkdtempSync(join(tmpdir(), 'pellucid-lens-'));
after(() => rmSync(work, { recursive: true }));

const numbersOf = ({ values, ids, divergence }: Lens) => [[...values.data], ids, [...divergence.data]];

suite('the tuned lens', () => {
  test('equals the reference, its hash of the output matrix included', async () => {
    for (const golden of readingCases<LensCase>('tuned-lens')) {
      await using model = await openFixture(golden.checkpoint);
      const tuned = await loadTunedLens(model, folder);
      const top = model.dimensions.vocabularySize;
      const found = await lens(model, { tokenIds: golden.tokenIds }, { top, tuned });
      assert.equal(found.method, 'tuned-lens');
      assertLens(found, golden);
    }
  });

  test('the identity is the logit lens, bit for bit', async () => {
    await using model = await openFixture('gpt2-default');
    const input = { tokenIds: [83, 78, 258] };
    const tuned = await identityLens(model);
    assert.deepEqual(numbersOf(await lens(model, input, { tuned })), numbersOf(await lens(model, input)));
  });

  test('training brings every layer nearer to the answer; the same seed gives the same lens', async () => {
    await using model = await openFixture('llama-default');
    const texts = [
      [26, 5, 7, 57, 31, 34],
      [9, 14, 58, 52],
      [33, 20, 11, 5, 8],
    ].map((tokenIds) => ({ tokenIds }));
    let steps = 0;
    const train = (seed: number) =>
      trainTunedLens(model, texts, { steps: 60, seed, onProgress: ({ done }) => (steps = done) });
    const tuned = await train(1);
    assert.equal(steps, 60);
    assert.deepEqual(await train(1), tuned);
    assert.notDeepEqual(await train(2), tuned);
    const means = async (options: object) => {
      const found = await Promise.all(texts.map((text) => lens(model, text, options)));
      return [0, 1].map((layer) => {
        const all = found.flatMap(({ divergence: { data }, tokens: { length } }) => [
          ...data.slice(layer * length, (layer + 1) * length),
        ]);
        return all.reduce((a, b) => a + b) / all.length;
      });
    };
    const [before, now] = [await means({}), await means({ tuned })];
    for (const layer of [0, 1]) assert.ok(now[layer]! < 0.7 * before[layer]!, `${before} to ${now}`);
    await saveTunedLens(tuned, work);
    assert.deepEqual(await loadTunedLens(model, work), tuned);
  });

  test('what cannot be used is refused in one sentence', async () => {
    await using model = await openFixture('llama-default');
    const refuses = (promise: Promise<unknown>, code: string, message: RegExp) =>
      assert.rejects(promise, (error) => {
        assert.ok(error instanceof PellucidError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    await using other = await openFixture('olmo2-default');
    await refuses(loadTunedLens(other, folder), 'bad-checkpoint', /another output matrix/);
    await using narrow = await openFixture('bert-unusual');
    await refuses(loadTunedLens(narrow, folder), 'bad-checkpoint', /it is for 2 layers of width 24/);
    const pickled = mkdtempSync(join(tmpdir(), 'pellucid-lens-'));
    after(() => rmSync(pickled, { recursive: true }));
    writeFileSync(join(pickled, 'params.pt'), 'x');
    await refuses(loadTunedLens(model, pickled), 'unsupported', /pickle, which can run code/);
    cpSync(folder, pickled, { recursive: true });
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    writeFileSync(join(pickled, 'config.json'), JSON.stringify({ ...config, lens_type: 'other' }));
    await refuses(loadTunedLens(model, pickled), 'bad-checkpoint', /lens_type is "other"/);
    const tuned = await loadTunedLens(model, folder);
    await refuses(lens(model, { tokenIds: [5] }, { tuned, at: 'mlp' }), 'bad-input', /it cannot read "mlp"/);
    await refuses(trainTunedLens(model, []), 'bad-input', /none is given/);
  });

  test('training can be cancelled', async () => {
    await using model = await openFixture('llama-default');
    const cancel = new AbortController();
    const trained = trainTunedLens(model, [{ tokenIds: [5, 6, 7] }], {
      signal: cancel.signal,
      onProgress: ({ done }) => {
        if (done === 3) cancel.abort();
      },
    });
    await assert.rejects(trained, (error) => error instanceof PellucidError && error.code === 'cancelled');
  });
});
