import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel, parseTarget } from '../../src/index.js';
import type { Intervention, Run } from '../../src/model/index.js';
import { randomOf } from '../../src/random.js';
import { inductionOneHead } from '../../src/truth/induction-one-head.js';
import { assertGolden, near } from './truth-golden.js';

test('the model of induction with one head a layer equals the reference', () =>
  assertGolden(inductionOneHead));

test('it says the word behind the look-alike, and looks just there', async () => {
  await using model = await loadModel('pellucid-truth-induction-one-head');
  for (let i = 0; i < 10; i++) {
    const { text, target, needed } = inductionOneHead.example(randomOf(i));
    const run = await model.run(text);
    const [prediction] = run.predictions(1);
    assert.equal(`logit:${prediction!.candidates[0]!.text.trim()}`, target);
    const count = run.tokens.length;
    const weight = (layer: number, destination: number, source: number) =>
      run.attention({ layer, head: 0 }).values.data[destination * count + source]!;
    near(weight(0, count - 1, count - 2), 1, 'attention to the word before');
    near(weight(1, count - 1, 1 + needed[1]!), 1, 'attention to the answer');
  }
});

test('its circuit is the only one: the first head acts through the keys of the second, and through nothing else', async () => {
  await using model = await loadModel('pellucid-truth-induction-one-head');
  const { text, target: asked } = inductionOneHead.example(randomOf(3));
  const target = parseTarget(asked);
  const read = (interventions: readonly Intervention[], given?: Run, hook = '') =>
    model.run(text, {
      ...{
        capture: ['q', 'k', 'v'].map((part) => `blocks.1.attn.hook_${part}`),
        gradient: { target, of: [] },
        interventions,
      },
      ...(given ? { given: { [hook]: given.activation(hook) } } : {}),
    });
  const without = (layer: number): Intervention => ({ hook: `blocks.${layer}.attn.hook_z`, edit: 'zero' });
  const clean = await read([]);
  near(clean.target.value, 1, 'whole');
  const broken = await read([without(0)]);
  near(broken.target.value, 0, 'without the first head');
  near((await read([without(1)])).target.value, 0, 'without the second head');
  const restored = async (part: string) =>
    (await read([without(0)], clean, `blocks.1.attn.hook_${part}`)).target.value;
  near(await restored('k'), 1, 'with the keys that it made');
  near(await restored('q'), 0, 'with the queries');
  near(await restored('v'), 0, 'with the values');
});
