import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Attention } from '../../src/explanations/index.js';
import { attentionPage, heatmap } from '../../src/figures/index.js';
import type { Payload } from '../../src/figures/page/payload.js';
import { tensor } from '../../src/tensor/index.js';
import { crossAttention, exampleAttention, hello, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

function payloadOf(html: string): Payload {
  const json = /<script type="application\/json" id="payload">(.*?)<\/script>/s.exec(html)?.[1];
  assert.ok(json);
  return JSON.parse(json) as Payload;
}

const hostile = [
  '</script><script>alert(1)</script>',
  '<!--',
  '<img src=x onerror=alert(1)>',
  '\u2028',
  '&amp;',
  '"]]>',
];

suite('attention page', () => {
  test('snapshot', () => {
    const attention = exampleAttention(['a', ' b'], { layers: 1, heads: 2, causal: true });
    assertSnapshot('attention-page.html', attentionPage(attention).html);
  });

  test('names no other place', () => {
    const { html } = attentionPage(exampleAttention(hello, { layers: 2, heads: 2 }));
    assert.doesNotMatch(html, /https?:|\/\/[a-z]|@import|url\(|<link rel="stylesheet|\bimport\b|\bfetch\b/);
    assert.match(html, /default-src 'none'/);
  });

  test('keeps untrusted text out of its markup', () => {
    const attention = exampleAttention(hostile, { layers: 1, heads: 1 });
    const { html } = attentionPage(attention, { title: '</title><script>' });
    assert.equal(html.match(/<script/g)?.length, 2);
    assert.equal(html.match(/<\/script/g)?.length, 2);
    assert.doesNotMatch(html, /<img|<!--|onerror=alert\(1\)>/);
    const { tokens } = payloadOf(html);
    assert.equal(tokens[0]?.map(([text]) => text).join(''), hostile[0]);
  });

  test('needs nothing that a module imports', () => {
    const script = /<script>\n(.*?)<\/script>/s.exec(attentionPage(exampleAttention(hello)).html)?.[1] ?? '';
    assert.doesNotMatch(script, /\bexports?\b|\brequire\b|_js_\d/);
    assert.doesNotThrow(() => new Function(script));
  });

  test('starts where asked', () => {
    const attention = exampleAttention(hello, { layers: 3, heads: 4 });
    assert.deepEqual(payloadOf(attentionPage(attention, { layer: 2, head: 3 }).html).start, {
      layer: 2,
      head: 3,
    });
    assert.throws(() => attentionPage(attention, { layer: 3 }), {
      code: 'bad-input',
      message: /layer 3.*0 to 2/,
    });
    assert.throws(() => attentionPage(attention, { head: -1 }), { code: 'bad-input' });
  });

  test('a single head keeps its number', () => {
    const { layers, heads } = payloadOf(attentionPage(exampleAttention(hello)).html);
    assert.deepEqual([layers, heads], [['0'], ['3']]);
  });

  test('stays below 5 MB for 12 layers of 12 heads over 128 tokens', () => {
    const tokens = Array.from({ length: 128 }, (_, index) => story[index % story.length]!);
    for (const causal of [false, true]) {
      const { html } = attentionPage(exampleAttention(tokens, { layers: 12, heads: 12, causal }));
      assert.ok(html.length < 5_000_000, `${html.length} bytes`);
      assert.match(html, /rounded to steps of 1\/4095/);
    }
  });

  test('what it says of its precision is what it holds', () => {
    assert.match(attentionPage(exampleAttention(hello, { layers: 2, heads: 2 })).html, /Values are exact/);
  });

  test('refuses axes that are not those of attention', () => {
    const attention = exampleAttention(hello);
    const values = { ...tensor('F32', [2, 3], new Float32Array(6)), axes: ['head', 'source'] };
    assert.throws(() => attentionPage({ ...attention, values } as Attention), { code: 'bad-input' });
    assert.throws(() => attentionPage({ ...attention, tokens: [] }), {
      code: 'bad-input',
      message: /0 tokens/,
    });
  });

  test('cross attention has labels of its own for rows and columns, here and in the heatmap', () => {
    const attention = crossAttention();
    const { html } = attentionPage(attention);
    const { tokens, destinations } = payloadOf(html);
    assert.deepEqual([tokens.length, destinations?.length], [3, 2]);
    assert.match(html, /2 by 3 tokens/);
    const values = {
      ...tensor('F32', [2, 3], attention.values.data.slice(0, 6)),
      axes: ['destination', 'source'],
    };
    const one = { ...attention, options: { layer: 0, head: 1, stack: 'cross' }, values } as Attention;
    assert.match(heatmap(one).svg, /Cross attention · layer 0, head 1/);
    assert.match(heatmap(one).svg, /Heatmap of 2 rows, .* by 3 columns/);
  });

  test('labels are those of the heatmap', () => {
    const attention = exampleAttention(strange);
    const { tokens } = payloadOf(attentionPage(attention).html);
    const { svg } = heatmap(attention);
    assert.equal(tokens.length, strange.length);
    assert.ok(svg.includes('U+202E') && tokens.some((parts) => parts.some(([text]) => text === 'U+202E')));
  });
});
