import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadTokenizer } from '../../../src/checkpoint/tokenizer/tokenizer.js';
import { memoryFiles } from './memory-files.js';
import { conventionFor } from './offset-conventions.js';

/** What the Rust library makes of our texts with a tokenizer; see fixtures/tokenizer_layouts/make.py. */
interface Oracle {
  readonly name?: string;
  readonly tokenizer: object;
  readonly every: number;
  readonly ids: number[][];
  readonly offsets: number[][];
  readonly decoded?: (string | null)[];
}

const root = new URL('../../../../fixtures/tokenizer_layouts/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const texts = JSON.parse(read('texts.json')) as string[];
const files = readdirSync(root).filter(
  (name) => name.endsWith('.json') && name !== 'texts.json' && name !== 'manifest.json',
);

const oracles = files.flatMap((name): [string, Oracle][] => {
  const content = JSON.parse(read(name)) as Oracle | Oracle[];
  const layout = name.slice(0, -'.json'.length);
  return Array.isArray(content) ? content.map((one) => [`${layout}: ${one.name}`, one]) : [[layout, content]];
});

test('there are more than 300 texts, and the layouts that the architectures have', () => {
  assert.ok(texts.length > 300 && new Set(texts).size === texts.length);
  assert.ok(oracles.length > 60, String(oracles.length));
});

test('the fixtures are those that were made, byte for byte', () => {
  const manifest = JSON.parse(read('manifest.json')) as { files: Record<string, string> };
  const sums = Object.keys(manifest.files).map((name) => [
    name,
    createHash('sha256').update(read(name)).digest('hex'),
  ]);
  assert.deepEqual(Object.fromEntries(sums), manifest.files);
  assert.deepEqual(Object.keys(manifest.files).sort(), [...files, 'texts.json'].sort());
});

for (const [name, { tokenizer: description, every, ids, offsets, decoded }] of oracles) {
  test(`${name}: ids, offsets and decoded texts are those of the Rust library`, async () => {
    const tokenizer = await loadTokenizer(memoryFiles({ 'tokenizer.json': description }), 'other');
    assert.equal(ids.length, Math.ceil(texts.length / every));
    for (const [index, expected] of ids.entries()) {
      const text = texts[index * every]!;
      const where = `text ${index * every}: ${JSON.stringify(text)}`;
      const tokens = tokenizer.encode(text);
      assert.deepEqual(
        tokens.map(({ id }) => id),
        expected,
        where,
      );
      if (decoded) assert.equal(tokenizer.decode(expected), decoded[index] ?? text, where);
      for (const [position, { piece, offsets: here }] of tokens.entries()) {
        const [start = -1, end = -1] = offsets[index]!.slice(2 * position);
        if (here === null) assert.deepEqual([start, end], [-1, -1], where);
        else if (here[0] !== start || here[1] !== end) {
          const reason = conventionFor(piece, text, [start, end], here);
          assert.ok(reason, `${where}: token ${position} ${piece} is ${here} and not ${start},${end}`);
        }
      }
    }
  });
}
