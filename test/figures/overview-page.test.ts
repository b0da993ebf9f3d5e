import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AblationFinding, Overview } from '../../src/explanations/index.js';
import { overviewPage } from '../../src/figures/index.js';
import { exampleAttention, exampleAttribution, hello } from './example.js';
import { assertSnapshot } from './snapshot.js';

function exampleOverview(texts: readonly string[], options: Partial<Overview> = {}): Overview {
  const attribution = exampleAttribution(texts);
  const { subject, tokens, target } = attribution;
  const random = { mean: 1.25, deviation: 1, standardError: 0.25, seeds: 15 };
  const head: AblationFinding = {
    ...{ part: 'head', hook: 'blocks.1.attn.hook_z', layer: 1, head: 3, position: null, effect: 5.5 },
    verdict: {
      conclusion: 'supported',
      because: { code: 'few-parts', parts: 3, needed: 12 },
      reason: 'Without it the target falls by 5.5.',
      rule: 'the rule of ablations',
      measures: [{ metric: 'zero-ablation', value: 5.5, better: 'higher', random }],
      cost: 17,
    },
  };
  const candidates = [{ text: ' down', probability: 0.75, score: 8.25 }];
  return {
    ...{
      subject,
      tokens,
      decoderTokens: null,
      predictions: [{ position: 3, candidates }],
      target,
      attribution,
    },
    ...{ head, mlp: { ...head, part: 'mlp', head: null, position: 2, hook: 'blocks.1.hook_mlp_out' } },
    ...{ notes: [], cost: 120 },
    ...options,
  };
}

const words = hello.slice(1, -1);

suite('overview page', () => {
  test('snapshot', () => {
    const attention = exampleAttention(hello);
    const page = overviewPage(exampleOverview(words), { attention, command: 'pellucid "Hello, world!"' });
    assertSnapshot('overview-page.html', page.html);
  });

  test('it loads nothing, runs nothing, and no label becomes markup', () => {
    const { html } = overviewPage(exampleOverview(['<img src=x>', '</style>', '"><b>']));
    assert.doesNotMatch(html, /<script|(src|href)="(?!data:)|url\(|@import/);
    assert.match(html, /default-src 'none'/);
    assert.doesNotMatch(html, /<img|<b>|<\/style>[\s\S]*<\/style>/);
  });

  test('what was not found is left out, and said', () => {
    const none = { target: null, attribution: null, head: null, mlp: null, predictions: [] };
    const notes = ['example/model predicts nothing.'];
    const attention = exampleAttention(hello);
    const { html } = overviewPage(exampleOverview(words, { ...none, notes }), { attention });
    assert.match(html, /This model predicts nothing/);
    assert.match(html, /example\/model predicts nothing\./);
    assert.match(html, /<h2>Attention<\/h2>/);
    assert.doesNotMatch(html, /matters most/);
  });

  test('another extension is refused', async () => {
    await assert.rejects(overviewPage(exampleOverview(words)).save('page.png'), /\.html/);
  });
});
