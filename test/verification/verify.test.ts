import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { suite, test } from 'node:test';
import { architectures, type Model, type Run, type RunOptions } from '../../src/model/index.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';
import { resultOf } from '../../src/verification/check.js';
import { checks } from '../../src/verification/checks.js';
import { verify } from '../../src/verification/index.js';
import { fixturesFolder } from '../model/golden.js';
import { openFixture } from '../model/open-fixture.js';

suite('every architecture passes', () => {
  const names = readdirSync(new URL('checkpoints/', fixturesFolder));
  for (const { modelType } of architectures) {
    // The most unusual checkpoint of each; other variants are held by the tests of their architecture.
    const own = [`${modelType}-unusual`, `${modelType}-default`].find((name) => names.includes(name));
    test(modelType, async () => {
      assert.ok(own, 'it has a tiny checkpoint');
      await using model = await openFixture(own);
      const { verdict, checks: results } = await verify(model);
      const failed = results.filter((check) => check.verdict === 'failed');
      assert.deepEqual(failed, []);
      assert.equal(verdict, 'passed');
      // Only what a model does not have may be left out.
      const skipped = results.filter((check) => check.verdict === 'skipped').map(({ name }) => name);
      assert.ok(skipped.length <= 3, skipped.join(', '));
    });
  }
});

/** Which call of the model is falsified, and at which hook point. */
interface Fault {
  readonly check: string;
  readonly hook: string;
  readonly when?: (
    options: RunOptions,
    call: 'run' | 'runBatch' | 'sweep' | 'generate',
    ids: string,
  ) => boolean;
}

/** A faulty engine: what an implementation that breaks just this promise would show. */
const faults: readonly Fault[] = [
  { check: 'attention rows sum to 1', hook: 'blocks.1.attn.hook_pattern' },
  { check: 'masked entries are exactly 0', hook: 'blocks.0.attn.hook_pattern' },
  { check: 'z = pattern · v', hook: 'blocks.1.attn.hook_z' },
  { check: 'the stream + attn_out', hook: 'blocks.0.hook_attn_out' },
  { check: 'the stream + mlp_out', hook: 'blocks.1.hook_mlp_out' },
  { check: 'a block reads what the one before it writes', hook: 'blocks.1.hook_resid_pre' },
  {
    check: 'a token sees nothing behind it',
    hook: 'blocks.1.hook_resid_post',
    when: (_, __, ids) => ids !== input.tokenIds.join(),
  },
  {
    check: 'captured values change nothing',
    hook: 'logits',
    when: ({ capture = [] }) => [capture].flat().length > 1,
  },
  {
    check: 'edits that change nothing = no edits',
    hook: 'logits',
    when: ({ interventions = [] }) => interventions.some(({ edit }) => edit === 'freeze'),
  },
  {
    check: 'everything patched = the other run',
    hook: 'logits',
    when: ({ interventions = [] }) => interventions.some(({ edit }) => edit === 'replace'),
  },
  {
    check: 'a head without pattern = a head without z',
    hook: 'logits',
    when: ({ interventions = [] }) => interventions.some(({ hook }) => hook.endsWith('hook_pattern')),
  },
  { check: 'a sweep = its runs one by one', hook: 'logits', when: (_, call) => call === 'sweep' },
  {
    check: 'a batch = its texts one by one',
    hook: 'logits',
    when: ({ padding }, call) => call === 'runBatch' && padding === undefined,
  },
  { check: 'padded on the left = alone', hook: 'logits', when: ({ padding }) => padding === 'left' },
  { check: 'padded on the right = alone', hook: 'logits', when: ({ padding }) => padding === 'right' },
  { check: 'block by block = as a whole', hook: 'logits', when: ({ memory }) => memory === 'low' },
  {
    check: 'generated step by step = read at once',
    hook: 'logits',
    when: (_, call) => call === 'generate',
  },
  {
    check: 'gradient = finite differences',
    hook: 'gradient',
    when: ({ gradient }) => gradient !== undefined,
  },
];

const input = { tokenIds: [5, 9, 11, 7, 8, 6] };
const examined = { input, other: { tokenIds: input.tokenIds.toReversed() }, output: 'logits' };

suite('every check fails on an engine that breaks its promise', async () => {
  const model = await openFixture('gpt2-default');

  test('there is a fault for each check', () => {
    assert.deepEqual(
      faults.map(({ check }) => check),
      checks.map(({ name }) => name),
    );
  });

  for (const fault of faults) {
    test(fault.check, async () => {
      const check = checks.find(({ name }) => name === fault.check)!;
      const verdictOf = async (each: Model) =>
        resultOf(check.name, await check.measure({ ...examined, model: each })).verdict;
      assert.equal(await verdictOf(model), 'passed');
      assert.equal(await verdictOf(faulty(model, fault)), 'failed');
    });
  }

  test('NaN passes no check', async () => {
    const broken = faulty(model, { check: '', hook: 'logits' }, Number.NaN);
    for (const check of checks.filter(({ name }) => /padded|batch|sweep/.test(name))) {
      const found = await check.measure({ ...examined, model: broken });
      assert.equal(resultOf(check.name, found).verdict, 'failed', check.name);
    }
  });
});

/** A model that shows `fault.hook` a little off wherever the fault strikes. */
function faulty(model: Model, fault: Fault, by = 0.01): Model {
  const strikes = fault.when ?? (() => true);
  const wrong = (run: Run, struck: boolean): Run =>
    !struck
      ? run
      : new Proxy(run, {
          get(target, key) {
            if (key === 'activation') {
              return (hook: string) => {
                const value = target.activation(hook) as Tensor<'F32'>;
                return hook === fault.hook ? off(value, by) : value;
              };
            }
            if (key === 'gradient') {
              return (hook: string) => {
                const value = target.gradient(hook) as Tensor<'F32'>;
                return fault.hook === 'gradient' ? off(value, 1) : value;
              };
            }
            const value: unknown = Reflect.get(target, key, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
  const idsOf = (input: unknown) => (input as { tokenIds: number[] }).tokenIds.join();
  return new Proxy(model, {
    get(target, key) {
      if (key === 'run') {
        return async (...[input, options = {}]: Parameters<Model['run']>) =>
          wrong(await target.run(input, options), strikes(options, 'run', idsOf(input)));
      }
      if (key === 'runBatch') {
        return async (...[inputs, options = {}]: Parameters<Model['runBatch']>) =>
          (await target.runBatch(inputs, options)).map((run, i) =>
            wrong(run, strikes(options, 'runBatch', idsOf(inputs[i]))),
          );
      }
      if (key === 'sweep') {
        return async (...[input, variants, options = {}]: Parameters<Model['sweep']>) =>
          (await target.sweep(input, variants, options)).map((run) =>
            wrong(run, strikes(options, 'sweep', idsOf(input))),
          );
      }
      if (key === 'generate') {
        return async (...[input, options = {}]: Parameters<Model['generate']>) => {
          const made = await target.generate(input, options);
          return { ...made, run: wrong(made.run, strikes({}, 'generate', idsOf(input))) };
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A value whose second entry is moved. */
function off({ shape, data, axes }: Tensor<'F32'>, by: number): Tensor<'F32'> {
  const moved = data.slice();
  moved[1]! += by;
  return tensor('F32', shape, moved, axes);
}

suite('what a model is verified on', () => {
  test('ids where there is no tokenizer', async () => {
    await using model = await openFixture('llama-default');
    const { tokenIds } = await verify(model);
    assert.equal(new Set(tokenIds).size, tokenIds.length);
    assert.ok(tokenIds.every((id) => id < model.dimensions.vocabularySize));
  });

  test('a text or ids that are given', async () => {
    await using model = await openFixture('gpt2-default');
    assert.deepEqual((await verify(model, { tokenIds: [7, 3] })).tokenIds, [7, 3]);
    await assert.rejects(verify(model, { tokenIds: Array.from({ length: 300 }, () => 1) }), {
      code: 'bad-input',
      message: /has 300 tokens, and a model is verified on at most 256/,
    });
  });

  test('one token is enough', async () => {
    await using model = await openFixture('gpt2-default');
    assert.equal((await verify(model, { tokenIds: [7] })).verdict, 'passed');
  });

  test('it can be cancelled, and says how far it is', async () => {
    await using model = await openFixture('gpt2-default');
    const cancel = new AbortController();
    const seen: string[] = [];
    const onProgress = ({ done, name }: { done: number; name: string }) => {
      seen.push(name);
      if (done === 3) cancel.abort();
    };
    await assert.rejects(verify(model, { onProgress, signal: cancel.signal }), { code: 'cancelled' });
    assert.equal(seen.length, 4);
  });
});
