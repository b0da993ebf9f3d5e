import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { layersWithExperts } from '../../../src/model/blocks/mixture-of-experts.js';
import { ConfigReader } from '../../../src/model/config-reader.js';
import type { Intervention, Run } from '../../../src/model/index.js';
import { parseTarget } from '../../../src/targets/parse-target.js';
import { type Tensor, tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { paddingTolerance } from '../../tolerances.js';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const tokenIds = [5, 9, 11, 30, 2, 44, 17];
const mlp = 'blocks.1.mlp';
const floats = (run: Run, name: string) => run.activation(`${mlp}.${name}`) as Tensor<'F32'>;

/** Rows of the last axis. */
function rowsOf({ shape, data }: Tensor<'F32'>): number[][] {
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, row) => [
    ...data.subarray(row * width, (row + 1) * width),
  ]);
}

const model = await openFixture('mixtral-unusual');

suite('the router', () => {
  test('chooses the highest scores, and weighs them by their share', async () => {
    const run = await model.run({ tokenIds }, { capture: `${mlp}.*` });
    const [scores, chosen, weights] = [
      'hook_router_scores',
      'hook_expert_indices',
      'hook_expert_weights',
    ].map((name) => rowsOf(floats(run, name)));
    for (const [position, all] of scores!.entries()) {
      const order = [...all.keys()].sort((a, b) => all[b]! - all[a]!).slice(0, 3);
      assert.deepEqual(chosen![position], order);
      const sum = order.reduce((total, expert) => total + all[expert]!, 0);
      for (const [expert, weight] of weights![position]!.entries()) {
        const expected = order.includes(expert) ? all[expert]! / sum : 0;
        assert.ok(Math.abs(weight - expected) <= 1e-6, `${weight} instead of ${expected}`);
      }
    }
  });

  test('names its axes', async () => {
    const run = await model.run({ tokenIds }, { capture: `${mlp}.*` });
    assert.deepEqual(run.activation(`${mlp}.hook_expert_weights`).axes, ['position', 'expert']);
    assert.deepEqual(run.activation(`${mlp}.hook_expert_indices`).axes, ['position', 'choice']);
  });
});

suite('the experts', () => {
  const capture = [`${mlp}.*`, 'blocks.1.hook_mlp_out'];
  const output = (run: Run) => run.activation('blocks.1.hook_mlp_out') as Tensor<'F32'>;
  const weighted = (value: number[]): Intervention => ({
    hook: `${mlp}.hook_expert_weights`,
    edit: 'replace',
    value: tensor('F32', [value.length], Float32Array.from(value)),
  });

  test('none, one and all of them: their sum is linear in their weights', async () => {
    const made = async (value: number[]) =>
      output(await model.run({ tokenIds }, { capture, interventions: [weighted(value)] }));
    const ones = await Promise.all(
      [0, 1, 2, 3, 4].map((expert) => made([0, 1, 2, 3, 4].map((each) => Number(each === expert)))),
    );
    const factors = [0.5, -1, 2, 0, 3];
    const mixed = await made(factors);
    const sum = mixed.data.map((_, i) =>
      ones.reduce((total, { data }, expert) => total + factors[expert]! * data[i]!, 0),
    );
    assertAllClose(mixed, tensor('F32', mixed.shape, sum), paddingTolerance, 'the mixture');
    assert.ok((await made([0, 0, 0, 0, 0])).data.every((value) => value === 0));
    assert.ok(ones.every(({ data }) => data.some((value) => value !== 0)));
  });

  test('another choice takes the weights of the experts that it names', async () => {
    const interventions: Intervention[] = [
      {
        hook: `${mlp}.hook_expert_indices`,
        edit: 'replace',
        value: tensor('F32', [3], Float32Array.of(4, 0, 2)),
      },
    ];
    const run = await model.run({ tokenIds }, { capture, interventions });
    const scores = rowsOf(floats(run, 'hook_router_scores'));
    for (const [position, weights] of rowsOf(floats(run, 'hook_expert_weights')).entries()) {
      const own = scores[position]!;
      const sum = own[0]! + own[2]! + own[4]!;
      const expected = own.map((score, expert) => (expert % 2 === 0 ? score / sum : 0));
      for (const [expert, weight] of weights.entries())
        assert.ok(Math.abs(weight - expected[expert]!) <= 1e-6);
    }
  });

  test('what is not chosen is not computed: its weights may be anything', async () => {
    const folder = await copies.make('mixtral-unusual', {
      weights: (all) => {
        for (const [name, { data }] of all) {
          if (/experts\.[1-4]\./.test(name)) (data as Float32Array).fill(Number.NaN);
        }
      },
    });
    const interventions: Intervention[] = [{ hook: 'blocks.*.mlp.hook_expert_indices', edit: 'zero' }];
    const run = await (await openFolderModel(folder)).run({ tokenIds }, { capture: 'logits', interventions });
    assert.ok((run.activation('logits') as Tensor<'F32'>).data.every(Number.isFinite));
  });

  const sweeps: Readonly<Record<string, Intervention[][]>> = {
    'of weights, while the tokens are one row': [[weighted([0, 1, 0, 0, 0])], [weighted([1, 0, 0, 2, 0])]],
    'of scores, choices and tokens': [
      [{ hook: `${mlp}.hook_expert_indices`, edit: 'zero' }],
      [{ hook: `${mlp}.hook_router_scores`, edit: 'scale', value: 2, positions: [1, 2] }],
      [{ hook: 'blocks.1.ln2.hook_normalized', edit: 'zero', positions: [3] }],
      [],
    ],
  };
  for (const [what, variants] of Object.entries(sweeps)) {
    test(`a sweep ${what} gives what single runs give`, async () => {
      const swept = await model.sweep({ tokenIds }, variants, { capture });
      for (const [i, interventions] of variants.entries()) {
        const alone = await model.run({ tokenIds }, { capture, interventions });
        for (const hook of alone.hooks)
          assertAllClose(swept[i]!.activation(hook), alone.activation(hook), paddingTolerance, hook);
      }
    });
  }
});

test('derivatives through scores, weights and experts equal finite differences', async () => {
  const target = parseTarget('logit:#20', { position: -1 });
  const hooks = ['hook_embed', 'blocks.1.ln2.hook_normalized', `${mlp}.hook_router_scores`];
  for (const hook of [...hooks, `${mlp}.hook_expert_weights`]) {
    const run = await model.run({ tokenIds }, { capture: hook, gradient: { target, of: hook } });
    const x = run.activation(hook) as Tensor<'F32'>;
    const gradient = run.gradient(hook).data as Float32Array;
    // Along the gradient itself, but for weights of 0: behind them nothing is computed, and their derivative is 0.
    assert.ok(x.data.every((value, i) => !hook.endsWith('weights') || value !== 0 || gradient[i] === 0));
    const length = Math.hypot(...gradient);
    assert.ok(length > 1e-3, `${hook} has a gradient`);
    const at = async (step: number) => {
      const data = x.data.map((value, i) => value + (step * gradient[i]!) / length);
      const given = { [hook]: tensor('F32', x.shape, data) };
      return (await model.run({ tokenIds }, { capture: [], given, gradient: { target, of: hook } })).target
        .value;
    };
    const step = 0.005;
    const found = ((await at(step)) - (await at(-step))) / (2 * step);
    // Rounding of the target by 1e-6 and the curvature over one step.
    assert.ok(
      Math.abs(found - length) <= 2e-3 * Math.max(1, length),
      `${hook}: ${length} instead of ${found}`,
    );
  }
});

suite('layers with experts', () => {
  const layers = (config: Record<string, unknown>) =>
    layersWithExperts(new ConfigReader(config, 'somewhere'), 4);

  test('every step-th, but for those that are named', () => {
    assert.deepEqual(layers({}), [true, true, true, true]);
    assert.deepEqual(layers({ decoder_sparse_step: 2, mlp_only_layers: [3] }), [false, true, false, false]);
  });

  test('numbers of layers that are none are refused', () => {
    assert.throws(() => layers({ mlp_only_layers: ['1'] }), { code: 'bad-checkpoint' });
  });

  test('more experts per token than there are are refused', async () => {
    const folder = await copies.make('mixtral-default', { config: { num_experts_per_tok: 5 } });
    await assert.rejects(openFolderModel(folder), {
      code: 'bad-checkpoint',
      message: /asks for 5 experts per token and has 4/,
    });
  });
});
