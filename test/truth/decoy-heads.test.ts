import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModel, parseTarget } from '../../src/index.js';
import { decoyHeads } from '../../src/truth/decoy-heads.js';
import { assertGolden, hitsOf, near } from './truth-golden.js';

test('the model with decoy heads equals the reference', () => assertGolden(decoyHeads));

test('two heads look alike, and only taking them away tells which one matters', async () => {
  await using model = await loadModel('pellucid-truth-decoy-heads');
  const text = 'the film key and then some lock scene was it';
  const run = await model.run(text, { capture: 'blocks.0.attn.hook_pattern' });
  const pattern = run.activation('blocks.0.attn.hook_pattern').data as Float32Array;
  const tokens = run.tokens.length;
  const place = run.tokens.findIndex(({ text: word }) => word.trim() === 'key');
  const looks = (head: number) => pattern[head * tokens * tokens + place]!;
  near(looks(0), 1, 'the head that moves the word');
  near(looks(1), looks(0), 'the head that looks just so');
  const yes = async (head?: number) => {
    const edit = { hook: 'blocks.0.attn.hook_z', heads: [head ?? 0], edit: 'zero' } as const;
    const gradient = { target: parseTarget('class:yes'), of: [] };
    const { target } = await model.run(text, { gradient, interventions: head === undefined ? [] : [edit] });
    return target!.value;
  };
  near(await yes(), 1, 'whole');
  near(await yes(0), 0, 'without the head that moves the word');
  near(await yes(1), 1, 'without the head that looks just so');
});

test('attention cannot tell the word from decoys, which occlusion does', async () => {
  assert.equal(await hitsOf(decoyHeads, 'occlusion', 5), 1);
  assert.ok((await hitsOf(decoyHeads, 'raw-attention', 20)) < 0.9);
});
