import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openFolder } from '../../../src/checkpoint/index.js';
import { loadTokenizer } from '../../../src/checkpoint/tokenizer/tokenizer.js';

/** What transformers and the Rust tokenizers library make of a text; see fixtures/tokenizers/make.py. */
interface OracleCase {
  readonly text: string;
  readonly pair?: string;
  readonly ids: number[];
  readonly offsets: ([number, number] | null)[];
  readonly types: number[];
  readonly special: number[];
  readonly decoded: string;
}

interface Oracle {
  readonly modelType: string;
  readonly vocabularySize: number;
  readonly specialIds: Record<string, number>;
  readonly cases: OracleCase[];
}

/** A token whose offsets differ on purpose; see fixtures/tokenizers/list-divergences.mjs. */
interface Divergence {
  readonly case: number;
  readonly token: number;
  readonly native: [number, number];
  readonly here: [number, number];
  readonly reason: string;
}

const root = new URL('../../../../fixtures/tokenizers/', import.meta.url);

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8')) as T;
}

const divergences = readJson<{ reasons: Record<string, string>; tokenizers: Record<string, Divergence[]> }>(
  'divergences.json',
);
const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('__'))
  .map((entry) => entry.name);

/** The library's offsets with the listed differences put in; a stale entry of the list fails. */
function expectedOffsets(oracle: Oracle, listed: readonly Divergence[]): OracleCase['offsets'][] {
  const expected = oracle.cases.map(({ offsets }) => [...offsets]);
  for (const { case: index, token, native, here, reason } of listed) {
    assert.deepEqual(
      expected[index]![token],
      native,
      `case ${index}, token ${token} in divergences.json is stale`,
    );
    assert.ok(divergences.reasons[reason], `divergences.json does not explain "${reason}"`);
    expected[index]![token] = here;
  }
  return expected;
}

assert.ok(names.length >= 15, 'the tokenizer fixtures are missing');
for (const name of names) {
  test(`${name}: ids, offsets, types and decoded texts are those of the Python tokenizer`, async () => {
    const oracle = readJson<Oracle>(`${name}/oracle.json`);
    const tokenizer = await loadTokenizer(await openFolder(new URL(name, root).pathname), oracle.modelType);
    assert.equal(tokenizer.vocabularySize, oracle.vocabularySize);
    assert.deepEqual(tokenizer.specialIds, oracle.specialIds);
    const offsets = expectedOffsets(oracle, divergences.tokenizers[name] ?? []);
    for (const [index, { text, pair, ids, types, special, decoded }] of oracle.cases.entries()) {
      const tokens = tokenizer.encode(text, pair === undefined ? {} : { pair });
      const where = `case ${index}: ${JSON.stringify(text)}`;
      assert.deepEqual(
        tokens.map((token) => token.id),
        ids,
        where,
      );
      assert.deepEqual(
        tokens.map((token) => token.offsets),
        offsets[index],
        where,
      );
      assert.deepEqual(
        tokens.map((token) => tokenizer.segmentTypes[token.segment]),
        types,
        where,
      );
      assert.deepEqual(
        tokens.map((token) => Number(token.special)),
        special,
        where,
      );
      assert.equal(tokenizer.decode(ids), decoded, where);
      for (const token of tokens) assert.notEqual(token.text, '', where);
    }
  });
}
