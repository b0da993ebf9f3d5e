import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Contributions, contributions, PellucidError, parseTarget } from '../../src/index.js';
import { logit } from '../../src/targets/logit.js';
import { openFixture } from '../model/open-fixture.js';
import { referenceTolerance } from '../tolerances.js';
import { readingCases } from './lens-golden.js';

interface Case {
  readonly checkpoint: string;
  readonly tokenIds: readonly number[];
  readonly target: readonly number[];
  readonly position: number;
  readonly value: number;
  /** `embedding`, `attention 0`, `mlp 0`, `head 0.1`, `constant` … */
  readonly rows: Readonly<Record<string, number>>;
}

/** The rows by the names of the reference. */
function named({ components, values }: Contributions): Record<string, number> {
  return Object.fromEntries(
    components.map(({ part, layer, index }, i) => [
      [part, [layer, index].filter((each) => each !== null).join('.')].filter(Boolean).join(' '),
      values.data[i]!,
    ]),
  );
}

const sumOf = ({ values }: Contributions) => values.data.reduce((a, b) => a + b, 0);

suite('direct logit attribution equals the reference', () => {
  for (const [i, golden] of readingCases<Case>('direct-logit-attribution').entries()) {
    test(`${golden.checkpoint}, case ${i + 1}`, async () => {
      await using model = await openFixture(golden.checkpoint);
      const kind = golden.target.length === 2 ? 'contrast' : 'logit';
      const text = `${kind}:${golden.target.map((id) => `#${id}`).join(',')}`;
      const target = parseTarget(text, { position: golden.position });
      const input = { tokenIds: golden.tokenIds };
      const whole = await contributions(model, input, { target });
      const heads = await contributions(model, input, { target, unit: 'head' });
      assert.ok(Math.abs(whole.target.value - golden.value) <= referenceTolerance);
      const [own, ownHeads] = [named(whole), named(heads)];
      for (const [name, value] of Object.entries(golden.rows)) {
        const found = name.startsWith('head') ? ownHeads[name] : own[name];
        assert.ok(Math.abs(found! - value) <= referenceTolerance, `${name}: ${found} is not ${value}`);
      }
      for (const each of [whole, heads]) assert.ok(!each.errors[0]!.large && each.errors[0]!.share! < 1e-4);
    });
  }
});

suite('direct logit attribution', () => {
  // Norms before, behind, or on both sides; parallel blocks; factors of writes and logits; latent attention; experts; a sink.
  const checkpoints = [
    ...['gpt2-default', 'bloom-default', 'cohere2-default', 'deepseek_v3-default', 'falcon-default'],
    ...['gemma-default', 'gemma2-uncapped', 'gemma3_text-default', 'gpt_neox-default', 'gpt_oss-default'],
    ...['gptj-default', 'granite-default', 'mixtral-default', 'olmo-default', 'olmo2-default', 'opt-default'],
    ...['phi3-default', 'qwen3-default', 'stablelm-default'],
  ];
  for (const name of checkpoints) {
    test(`the parts of ${name} add up in every unit, with nothing left over`, async () => {
      await using model = await openFixture(name);
      for (const unit of ['component', 'layer', 'head', 'neuron'] as const) {
        const found = await contributions(model, { tokenIds: [5, 9, 31, 7, 12] }, { unit, top: 7 });
        const size = Math.max(...found.values.data.map(Math.abs), Math.abs(found.target.value));
        assert.ok(Math.abs(sumOf(found) - found.target.value) <= 1e-4 * size, unit);
        assert.ok(
          found.components.every(({ part }) => part !== 'remainder' && part !== 'soft-cap'),
          unit,
        );
      }
    });
  }

  test('heads and their bias are their attention, neurons and their bias their MLP', async () => {
    await using model = await openFixture('gpt2-default');
    const input = { tokenIds: [83, 78, 258, 220] };
    const whole = named(await contributions(model, input, { target: 'logit:#256' }));
    const heads = named(await contributions(model, input, { target: 'logit:#256', unit: 'head' }));
    const neurons = await contributions(model, input, { target: 'logit:#256', unit: 'neuron', top: 1000 });
    for (const layer of [0, 1]) {
      const own = [0, 1, 2, 3].map((head) => heads[`head ${layer}.${head}`]!);
      const attention = own.reduce((a, b) => a + b) + (heads[`attention-bias ${layer}`] ?? 0);
      assert.ok(Math.abs(attention - whole[`attention ${layer}`]!) < 1e-5);
      const mlp = neurons.components.reduce(
        (sum, each, i) =>
          each.layer === layer && each.part !== 'attention' ? sum + neurons.values.data[i]! : sum,
        0,
      );
      assert.ok(Math.abs(mlp - whole[`mlp ${layer}`]!) < 1e-5);
    }
    assert.equal(neurons.components.filter(({ part }) => part === 'neuron').length, 2 * 96);
  });

  test('a head that is taken away changes the logit of the last layer by its row, the norm held', async () => {
    await using model = await openFixture('olmo2-default');
    const input = { tokenIds: [26, 5, 7, 57] };
    const target = { definition: logit, answers: [20] };
    const found = named(await contributions(model, input, { target, unit: 'head' }));
    // The MLP of the last layer reads what the head writes: it is held too.
    const layer = model.dimensions.layers - 1;
    const held = `blocks.${layer}.hook_mlp_out`;
    const hooks = model.hooks.filter((hook) => hook.endsWith('.hook_scale') || hook === held);
    const without = await model.run(input, {
      interventions: [
        ...hooks.map((hook) => ({ hook, edit: 'freeze' as const })),
        { hook: `blocks.${layer}.attn.hook_z`, heads: [1], edit: 'zero' },
      ],
      capture: [],
      gradient: { target, of: [] },
    });
    const whole = await model.run(input, { capture: [], gradient: { target, of: [] } });
    const change = whole.target.value - without.target.value;
    assert.ok(Math.abs(change - found[`head ${layer}.1`]!) < 1e-4, `${change}`);
  });

  test('the bend of a soft cap has a row of its own', async () => {
    await using model = await openFixture('gemma2-default');
    const found = await contributions(model, { tokenIds: [26, 5, 7, 57, 31] });
    assert.ok(Math.abs(sumOf(found) - found.target.value) < 1e-4 * Math.abs(found.target.value));
    assert.ok(found.components.every(({ part }) => part !== 'remainder'));
  });

  test('a decoder that classifies is taken apart too', async () => {
    await using model = await openFixture('llama-sequence-classification');
    const found = await contributions(model, { tokenIds: [5, 9, 31] }, { target: 'class:#1' });
    assert.ok(Math.abs(sumOf(found) - found.target.value) < 1e-4);
  });

  test('what is no sum is refused in one sentence that names another way', async () => {
    const refuses = async (name: string, message: RegExp, target = 'logit') => {
      await using model = await openFixture(name);
      await assert.rejects(
        contributions(model, { tokenIds: [5, 4] }, { target }),
        (error) => error instanceof PellucidError && message.test(error.message),
      );
    };
    await refuses('bert-default', /norms stand behind the sums.*integrated-gradients/);
    await refuses('modernbert-default', /head is not linear/);
    await refuses('t5-default', /encoder and a decoder/);
    await refuses('gpt2-default', /"log-probability" is no sum/, 'log-probability');
  });
});
