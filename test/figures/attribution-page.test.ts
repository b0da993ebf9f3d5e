import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { attributionPage } from '../../src/figures/index.js';
import { exampleAttribution, hello } from './example.js';
import { assertSnapshot } from './snapshot.js';

const words = hello.slice(1, -1);

suite('attribution page', () => {
  test('snapshot', () => {
    const both = [
      exampleAttribution(words),
      exampleAttribution(words, { method: 'kernel-shap', verdict: null }),
    ];
    const agreement = [
      [1, 0.5],
      [0.5, 1],
    ];
    assertSnapshot('attribution-page.html', attributionPage(both, { agreement }).html);
  });

  test('it loads nothing and runs nothing', () => {
    const { html } = attributionPage([exampleAttribution(words)]);
    assert.doesNotMatch(html, /<script|(src|href)="(?!data:)|url\(|@import/);
    assert.match(html, /default-src 'none'/);
  });

  test('a label cannot become markup', () => {
    const { html } = attributionPage([exampleAttribution(['<img src=x>', '</style>', '"><b>'])]);
    assert.doesNotMatch(html, /<img|<b>|<\/style>[\s\S]*<\/style>/);
  });

  test('every score stands in a table, the highest first', () => {
    const attribution = exampleAttribution(words);
    const { html } = attributionPage([attribution]);
    const table = html.slice(html.indexOf('Scores as a table'));
    const scores = [...table.matchAll(/<td>([+−]\d\.\d\d)<\/td>/g)].map(([, text]) =>
      Number(text!.replace('−', '-')),
    );
    assert.equal(scores.length, words.length);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
  });

  test('another extension is refused', async () => {
    await assert.rejects(attributionPage([exampleAttribution(words)]).save('page.png'), /\.html/);
  });
});
