import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { loadModel } from '../../src/load-model.js';
import type { Run, RunOptions } from '../../src/model/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { paddingTolerance } from '../tolerances.js';
import { loadFixture } from './gradient-golden.js';

const gpt2 = await loadFixture('gpt2-default');
const bert = await loadFixture('bert-default');
const classifier = await loadFixture('bert-sequence-classification');
const trained = await loadModel('pellucid-gpt2');
after(() => Promise.all([gpt2, bert, classifier, trained].map((model) => model.close())));

const of = 'hook_embed';
const refused = (code: string, message: RegExp) => ({ name: 'PellucidError', code, message });

describe('a target', () => {
  test('is about the own best answer where none is named', async () => {
    const run = await gpt2.run('to the dog', { gradient: { target: parseTarget('logit'), of } });
    const best = run.predictions(1)[0]!.candidates[0]!;
    assert.equal(run.target.answers[0]!.id, best.id);
    assert.equal(run.target.answers[0]!.text, best.text);
    assert.ok(Math.abs(run.target.value - best.score) < 1e-5);
    assert.equal(run.target.position, run.tokens.length - 1);
    const named = await gpt2.run('to the dog', {
      gradient: { target: parseTarget(`logit:#${best.id}`), of },
    });
    assertAllClose(named.gradient(of), run.gradient(of), paddingTolerance, 'the same token by its id');
  });

  test('is read where nobody else asks for an answer, and changes no prediction', async () => {
    const plain = await gpt2.run('to the dog');
    const target = parseTarget('entropy', { position: 1 });
    const run = await gpt2.run('to the dog', { gradient: { target, of } });
    assert.equal(run.target.position, 1);
    const ids = (each: Run) => each.predictions()[0]!.candidates.map(({ id }) => id);
    assert.deepEqual(ids(run), ids(plain));
    const slope = run.gradient(of);
    const behind = slope.data.subarray(2 * slope.shape[1]!);
    assert.ok(
      behind.every((value) => value === 0),
      'what comes later has no influence',
    );
    const none = await gpt2.run('to the dog', { capture: [], answers: 'none', gradient: { target, of } });
    assertAllClose(none.gradient(of), slope, paddingTolerance, 'without other answers');
    assert.deepEqual(none.predictions(), []);
  });

  test('stands at the mask of a masked model', async () => {
    const run = await bert.run('the [MASK] sat', { gradient: { target: parseTarget('logit:dog'), of } });
    assert.equal(run.tokens[run.target.position!]!.text, '[MASK]');
    assert.equal(run.target.answers[0]!.text, 'dog');
  });

  test('finds a token as given, with a space before it, or as the vocabulary spells it', async () => {
    const idOf = async (text: string) => {
      const { target } = await trained.run('Anna', { gradient: { target: parseTarget(text), of } });
      return target.answers[0]!.id;
    };
    const { tokenizer } = trained;
    const [bare, spaced] = [tokenizer.tokenId('Tom')!, tokenizer.tokenId('ĠTom')!];
    assert.equal(await idOf('logit: Tom'), spaced);
    assert.equal(await idOf('logit:Tom'), bare);
    assert.equal(await idOf('logit:ĠTom'), spaced);
    assert.equal(await idOf(`logit:#${spaced}`), spaced);
    const onlySpaced = Array.from({ length: tokenizer.vocabularySize }, (_, id) =>
      tokenizer.readable(id),
    ).find((text) => /^ [a-z]{4,}$/.test(text) && tokenizer.encode(text.slice(1)).length > 1)!;
    assert.equal(await idOf(`logit:${onlySpaced.trim()}`), tokenizer.encode(onlySpaced)[0]!.id);
  });

  const label = (text: string) => classifier.run('the dog', { gradient: { target: parseTarget(text), of } });
  test('of a classifier is a label', async () => {
    assert.deepEqual((await label('class:neutral')).target.answers, [{ id: 1, text: 'neutral' }]);
    assert.deepEqual((await label('class:Entailment')).target.answers, [{ id: 2, text: 'entailment' }]);
    assert.equal((await label('class')).target.position, null);
  });

  test('that cannot be had is refused', async () => {
    const ask = (text: string, options = {}) =>
      trained.run('Anna met', { gradient: { target: parseTarget(text, options), of } });
    await assert.rejects(
      ask('logit:Tomorrow never'),
      refused('bad-input', /is not one token .* but \d+: .*"T/),
    );
    await assert.rejects(
      ask('logit:#99999999'),
      refused('not-found', /no answer #99999999: its ids go from 0/),
    );
    await assert.rejects(ask('class:a'), refused('bad-input', /answers with tokens/));
    await assert.rejects(ask('logit', { position: 7 }), refused('bad-input', /Position 7 of the target/));
    await assert.rejects(
      label('class:neutrl'),
      refused('not-found', /no label "neutrl"; its labels are "neutral"/),
    );
    const two = bert.run('[MASK] [MASK]', { gradient: { target: parseTarget('logit'), of } });
    await assert.rejects(two, refused('bad-input', /mask tokens at positions 1, 2/));
    const none = bert.run('dog', { gradient: { target: parseTarget('logit'), of } });
    await assert.rejects(none, refused('bad-input', /no mask token: give the position/));
    const unknown = bert.run('the [MASK]', { gradient: { target: parseTarget('logit:☃'), of } });
    await assert.rejects(unknown, refused('not-found', /"☃" is not in the vocabulary/));
  });
});

describe('gradients', () => {
  const target = parseTarget('logit:#20', { position: -1 });

  test('of a batch are those of each input alone, with a target each', async () => {
    const texts = ['to the dog', 'no', 'the mat'];
    const targets = [5, 20, 7].map((id) => parseTarget(`logprob:#${id}`));
    for (const padding of ['left', 'right'] as const) {
      const runs = await gpt2.runBatch(texts, { padding, gradient: { target: targets, of: 'blocks.*' } });
      for (const [i, text] of texts.entries()) {
        const alone = await gpt2.run(text, { gradient: { target: targets[i]!, of: 'blocks.*' } });
        for (const hook of alone.gradients) {
          assertAllClose(
            runs[i]!.gradient(hook),
            alone.gradient(hook),
            paddingTolerance,
            `${hook} of ${text}`,
          );
        }
      }
    }
  });

  test('looking at gradients leaves the output as it is', async () => {
    const plain = await gpt2.run('to the dog', { capture: 'logits' });
    const run = await gpt2.run('to the dog', { capture: 'logits', gradient: { target, of: 'blocks.*' } });
    // Not to the bit: the engine moves transpositions of what the way back reads too.
    assertAllClose(run.activation('logits'), plain.activation('logits'), paddingTolerance, 'logits');
  });

  test('see interventions', async () => {
    const options: RunOptions = { gradient: { target, of: 'blocks.0.hook_resid_pre' } };
    const interventions = [{ hook: 'blocks.*.attn.hook_z', edit: 'zero' }] as const;
    const run = await gpt2.run('to the dog', { ...options, interventions });
    const slope = run.gradient('blocks.0.hook_resid_pre');
    const before = slope.data.subarray(0, -slope.shape[1]!);
    assert.ok(
      before.every((value) => value === 0),
      'without attention no position reaches another',
    );
    assert.ok(slope.data.some((value) => value !== 0));
  });

  test('have the axes of their hook point, and are given up when the run is closed', async () => {
    const run = await gpt2.run('to', {
      gradient: { target, of: ['hook_embed', 'blocks.0.attn.hook_pattern'] },
    });
    assert.deepEqual(run.gradient('blocks.0.attn.hook_pattern').axes, ['head', 'destination', 'source']);
    assert.deepEqual(run.gradients, ['hook_embed', 'blocks.0.attn.hook_pattern']);
    assert.throws(
      () => run.gradient('hook_pos_embed'),
      refused('not-found', /no gradient of "hook_pos_embed"/),
    );
    run.close();
    assert.throws(() => run.gradient('hook_embed'), refused('bad-input', /closed/));
    const plain = await gpt2.run('to');
    assert.throws(() => plain.target, refused('not-found', /no gradients/));
  });

  test('that cannot be had are refused', async () => {
    const ask = (gradient: RunOptions['gradient']) => gpt2.runBatch(['to', 'no'], { gradient: gradient! });
    await assert.rejects(ask({ target, of: 'hook_embd' }), refused('not-found', /nearest are "hook_embed"/));
    await assert.rejects(ask({ target, of, freeze: 'blocks.9.*' }), refused('not-found', /layers 0 to 1/));
    await assert.rejects(
      ask({ target: [target], of }),
      refused('bad-input', /1 targets are given for 2 inputs/),
    );
    const kinds = [target, parseTarget('entropy')];
    await assert.rejects(ask({ target: kinds, of }), refused('bad-input', /not "logit" and "entropy"/));
    const base = await loadFixture('bert-base-names');
    await assert.rejects(base.run('dog', { gradient: { target, of } }), refused('bad-input', /no head/));
    await base.close();
  });
});

describe('given values', () => {
  const target = parseTarget('logit:#20');

  test('equal to the computed ones change nothing', async () => {
    for (const hook of [
      'hook_embed',
      'blocks.1.hook_resid_pre',
      'blocks.0.attn.hook_pattern',
      'unembed.hook_in',
    ]) {
      const clean = await gpt2.run('to the dog', { capture: [hook, 'logits'] });
      const given = { [hook]: clean.activation(hook) };
      const again = await gpt2.run('to the dog', { capture: [hook, 'logits'], given });
      assert.deepEqual(again.activation('logits').data, clean.activation('logits').data, hook);
      assert.deepEqual(again.activation(hook).data, clean.activation(hook).data, hook);
    }
  });

  test('along a path: integrated gradients add up to the difference', async () => {
    const clean = await gpt2.run('to the dog', { capture: of });
    const { shape, data } = clean.activation(of);
    const points = 64;
    const shares = [...Array.from({ length: points }, (_, i) => (i + 0.5) / points), 0, 1];
    const path = new Float32Array(shares.length * data.length);
    for (const [i, share] of shares.entries())
      path.set(
        (data as Float32Array).map((x) => share * x),
        i * data.length,
      );
    const runs = await gpt2.runBatch(
      shares.map(() => 'to the dog'),
      {
        capture: [],
        given: { [of]: tensor('F32', [shares.length, ...shape], path) },
        gradient: { target, of },
      },
    );
    let sum = 0;
    for (const run of runs.slice(0, points)) {
      const slope = run.gradient(of).data as Float32Array;
      sum += slope.reduce((total, value, i) => total + value * Number(data[i]), 0) / points;
    }
    const [zero, whole] = runs.slice(points).map((run) => run.target.value);
    // The midpoint rule over a path through LayerNorm, which is steep near zero.
    assert.ok(
      Math.abs(sum - (whole! - zero!)) < 0.02 * Math.abs(whole! - zero!),
      `${sum} is not ${whole! - zero!}`,
    );
  });

  test('that do not fit are refused', async () => {
    const value = (...shape: number[]) =>
      tensor('F32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
    const give = (given: RunOptions['given']) => gpt2.run('to the dog', { given: given! });
    await assert.rejects(
      give({ hook_embed: value(2, 24) }),
      refused('bad-input', /"hook_embed" is F32 \[1, 2, 24\], and it must be F32 \[1, \d+, 24\]/),
    );
    await assert.rejects(give({ hook_embd: value(2, 24) }), refused('not-found', /nearest/));
    await assert.rejects(give({ 'hook_*': value(2, 24) }), refused('bad-input', /given for one hook point/));
    await assert.rejects(
      gpt2.runBatch(['to', 'to the dog'], { given: { hook_embed: value(2, 6, 24) } }),
      refused('bad-input', /equally many tokens/),
    );
  });
});
