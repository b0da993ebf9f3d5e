import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toCsv } from '../../src/cli/formats/csv.js';
import { quoted } from '../../src/cli/own-command.js';
import { formatBytes } from '../../src/cli/terminal/bytes.js';
import { schemaVersion, shortestFloat32 } from '../../src/explanations/index.js';
import { tensor } from '../../src/tensor/index.js';

suite('numbers', () => {
  test('a float32 is written as short as it can be, and reads back the same', () => {
    assert.equal(shortestFloat32(Math.fround(0.1)), 0.1);
    assert.equal(shortestFloat32(0), 0);
    assert.equal(shortestFloat32(1), 1);
    for (let i = 1; i < 2000; i++) {
      const value = Math.fround(Math.sin(i) * 10 ** ((i % 40) - 20));
      assert.equal(Math.fround(shortestFloat32(value)), value);
    }
  });

  test('bytes are written in units of 1000', () => {
    assert.deepEqual([0, 999, 1000, 9_949, 9_950, 999_499, 999_500, 8.1e6, 1.42e9].map(formatBytes), [
      ...['0 bytes', '999 bytes', '1.0 kB', '9.9 kB', '10 kB', '999 kB', '1.0 MB', '8.1 MB', '1.4 GB'],
    ]);
  });
});

test('CSV: no label can be taken for a formula or break its row', () => {
  const texts = ['=1+1', '+a', '-a', '@a', '"', ',', '\n', ' '];
  const tokens = texts.map((text, id) => {
    return { id, piece: text, text, offsets: null, segment: 0, special: false } as const;
  });
  const size = tokens.length;
  const axes = ['destination', 'source'];
  const values = { ...tensor('F32', [size, size], new Float32Array(size * size).fill(0.125), axes), axes };
  const csv = toCsv({
    schemaVersion,
    kind: 'attention',
    method: 'attention',
    options: { layer: 0, head: 0 },
    subject: { model: 'm', architecture: 'a', contentHash: 'h', text: null, pair: null },
    tokens,
    values,
  });
  const header = 'destination,0: =1+1,1: +a,2: -a,3: @a,"4: ""","5: ,","6: \n","7:  "\n';
  assert.ok(csv.startsWith(header), csv.slice(0, header.length));
  assert.ok(csv.includes(`\n3: @a${',0.125'.repeat(size)}\n`));
});

test('hints repeat an argument only where a shell reads it as it stands', () => {
  assert.equal(quoted('Hello, world!'), '"Hello, world!"');
  assert.equal(quoted('pellucid-bert'), 'pellucid-bert');
  assert.equal(quoted('a "$(rm x)" `b`'), '"…"');
  assert.equal(quoted('wow!x'), '"…"');
  assert.equal(quoted(undefined), '"…"');
});
