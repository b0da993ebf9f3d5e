import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { bertRecipe } from '../../bench/checkpoints/bert.js';
import { gpt2Recipe } from '../../bench/checkpoints/gpt2.js';
import { makeCheckpoint } from '../../bench/checkpoints/make-checkpoint.js';
import { randomText } from '../../bench/checkpoints/words.js';
import { loadModel } from '../../src/index.js';

const size = { layers: 2, width: 16, heads: 2, vocabulary: 600, context: 64 };
const recipes = [gpt2Recipe('gpt2', size), bertRecipe('bert', size)];
const cache = mkdtempSync(join(tmpdir(), 'pellucid-bench-test-'));
after(() => rmSync(cache, { recursive: true }));

suite('random checkpoints of the benchmark', () => {
  for (const recipe of recipes) {
    test(`a ${recipe.name} opens, reads a text and has a head`, async () => {
      await using model = await loadModel(await makeCheckpoint(recipe, cache));
      assert.equal(model.tokenizer.vocabularySize, size.vocabulary);
      const run = await model.run(randomText(40), { answers: 'all' });
      assert.equal(run.predictions().length, run.tokens.length);
      const { data, shape } = run.attention({ layer: 1, head: 1 }).values;
      const last = [...data.subarray(-shape[1]!)];
      assert.ok(Math.max(...last) > 1.01 * Math.min(...last), 'attention is not uniform');
    });
  }

  test('the same recipe makes the same bytes, another one another folder, and nothing is left over', async () => {
    const other = join(cache, 'again');
    for (const recipe of recipes) {
      const [first, second] = [await makeCheckpoint(recipe, cache), await makeCheckpoint(recipe, other)];
      for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'])
        assert.ok(readFileSync(join(first, file)).equals(readFileSync(join(second, file))), file);
    }
    const wider = await makeCheckpoint(gpt2Recipe('gpt2', { ...size, width: 32 }), other);
    assert.notEqual(wider, await makeCheckpoint(gpt2Recipe('gpt2', size), other));
    assert.equal(readdirSync(other).length, 3);
    const broken = { ...recipes[0]!, name: 'broken', weights: new Map([['__metadata__', [1]]]) };
    await assert.rejects(makeCheckpoint(broken, other));
    assert.equal(readdirSync(other).length, 3);
  });
});
