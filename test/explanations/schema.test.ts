import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { PellucidError } from '../../src/errors.js';
import { explanationJsonSchema, readExplanation, toJson } from '../../src/explanations/index.js';
import {
  exampleAttention,
  exampleAttribution,
  exampleContextReliance,
  exampleContributions,
  exampleGeneration,
  exampleLens,
  exampleQueryKey,
  hello,
  strange,
} from '../figures/example.js';

suite('explanations as JSON', () => {
  test('what is written reads back the same', () => {
    for (const explanation of [
      exampleAttention(hello),
      exampleAttention(hello, { layers: 2, heads: 3 }),
      exampleAttribution(hello),
      exampleGeneration(hello, 2),
      exampleContextReliance(hello, 3),
      exampleAttribution(strange.slice(0, -1), { verdict: null, baseline: null }),
      exampleLens(hello),
      exampleContributions(),
      exampleQueryKey(hello),
    ])
      assert.deepEqual(readExplanation(toJson(explanation), 'x.json'), explanation);
  });

  test('other files are refused in one sentence that says where', () => {
    const good = JSON.parse(toJson(exampleAttribution(hello)));
    const refuses = (json: string, message: RegExp) =>
      assert.throws(
        () => readExplanation(json, 'x.json'),
        (error: unknown) => error instanceof PellucidError && message.test(error.message),
      );
    refuses('{', /x\.json is not JSON/);
    refuses('null', /no explanation/);
    refuses('[]', /no explanation/);
    refuses(JSON.stringify({ ...good, schemaVersion: 7 }), /version 7.*reads version 1/);
    refuses(JSON.stringify({ ...good, kind: 'poem' }), /at kind/);
    refuses(JSON.stringify({ ...good, values: { ...good.values, shape: [99] } }), /at values.*shape/);
    refuses(JSON.stringify({ ...good, values: { ...good.values, shape: [1e300] } }), /at values/);
    const written = JSON.parse(toJson(exampleContextReliance(hello, 3)));
    refuses(JSON.stringify({ ...written, features: [] }), /a column for each feature/);
    refuses(JSON.stringify({ ...written, sensitivity: [] }), /a sensitivity for each/);
    const [first, ...others] = written.generated;
    refuses(
      JSON.stringify({ ...written, generated: [{ ...first, position: 99 }, ...others] }),
      /a row for each/,
    );
    refuses(JSON.stringify({ ...good, tokens: 'tokens' }), /at tokens/);
    const lens = JSON.parse(toJson(exampleLens(hello)));
    refuses(JSON.stringify({ ...lens, ids: lens.ids.slice(1) }), /an id for each/);
    refuses(JSON.stringify({ ...lens, rows: lens.rows.slice(1) }), /a row for each layer/);
    refuses(JSON.stringify({ ...good, verdict: { conclusion: 'true' } }), /at verdict/);
  });

  test('the published JSON Schema is that of the code', () => {
    const file = new URL('../../../docs/explanation.schema.json', import.meta.url);
    const published = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(published, explanationJsonSchema(), 'npm run schema writes it');
  });
});
