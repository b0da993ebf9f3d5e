import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { comparisonCost } from '../src/cost.js';
import { explain, questionOf } from '../src/explain.js';
import { loadModel } from '../src/load-model.js';
import { methods } from '../src/methods/index.js';
import type { Model } from '../src/model/index.js';

const text = 'Anna met Tom. Anna met';

suite('what an explanation takes is told before', () => {
  let model: Model;
  let read = 0;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
    const [runBatch, readBranches] = [model.runBatch.bind(model), model.readBranches.bind(model)];
    model.runBatch = (inputs, options) => {
      read += inputs.length;
      return runBatch(inputs, options);
    };
    model.readBranches = async (asked) => {
      let own = 0;
      const onRead = (count: number) => {
        own += count;
        asked.onRead?.(count);
      };
      const found = await readBranches({ ...asked, onRead });
      if (found) read += own;
      return found;
    };
  });
  after(() => model.close());

  /** How many inputs the model reads. */
  const readsOf = async (work: () => Promise<unknown>) => {
    read = 0;
    await work();
    return read;
  };

  test('for every method: no fewer passes than it makes, and at most twice as many', async () => {
    const asking = await readsOf(() => questionOf(model, text, {}));
    for (const { name } of methods) {
      const made = (await readsOf(() => explain(model, text, { method: name, verdict: 'off' }))) - asking;
      const { passes, seconds } = await comparisonCost(model, text, { methods: [name], verdict: 'off' });
      // Of a budget, what a small tree needs is all that is spent.
      const most = name === 'partition-shap' ? 2 ** 6 : 2 * made + 4;
      assert.ok(made <= passes && passes <= most, `${name} makes ${made} passes, not ${passes}`);
      assert.ok(seconds > 0 && seconds < 600);
    }
  });

  test('for every test: no fewer passes than it makes, and at most twice as many', async () => {
    for (const [features, verdict] of [
      ['tokens', 'quick'],
      ['tokens', 'full'],
      ['sentences', 'full'],
    ] as const) {
      const found = await explain(model, text, { method: 'saliency', features, verdict });
      const told = await comparisonCost(model, text, { methods: ['saliency'], features, verdict });
      const { cost } = found.verdict!;
      const { passes } = told.verdict;
      assert.ok(cost <= passes && passes <= 2 * cost + 4, `${features}, ${verdict}: ${cost}, not ${passes}`);
    }
  });
});
