import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { sfntFromWoff } from '../../../src/figures/output/woff.js';

/** Sum of big-endian words, as OpenType defines a table's checksum. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 4) {
    const word =
      ((bytes[i] ?? 0) << 24) |
      ((bytes[i + 1] ?? 0) << 16) |
      ((bytes[i + 2] ?? 0) << 8) |
      (bytes[i + 3] ?? 0);
    sum = (sum + word) >>> 0;
  }
  return sum;
}

suite('WOFF', () => {
  test('the last-resort font unpacks, and its tables have the checksums their font states', () => {
    const path = fileURLToPath(
      import.meta.resolve('@fontsource/unifontex/files/unifontex-latin-400-normal.woff'),
    );
    const sfnt = sfntFromWoff(readFileSync(path));
    const view = new DataView(sfnt.buffer);
    const count = view.getUint16(4);
    const tags: string[] = [];
    for (let entry = 12; entry < 12 + count * 16; entry += 16) {
      const tag = String.fromCharCode(...sfnt.subarray(entry, entry + 4));
      const [stated, offset, length] = [4, 8, 12].map((at) => view.getUint32(entry + at)) as [
        number,
        number,
        number,
      ];
      const table = sfnt.slice(offset, offset + length);
      // The checksum of `head` leaves out its own field for the whole file.
      if (tag === 'head') table.fill(0, 8, 12);
      assert.equal(checksum(table), stated, tag);
      tags.push(tag);
    }
    for (const tag of ['cmap', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp'])
      assert.ok(tags.includes(tag), tag);
  });

  test('tables that are stored as they are stay so', () => {
    const body = Uint8Array.of(1, 2, 3, 4, 5);
    const packed = deflateSync(new Uint8Array(100).fill(7));
    const woff = new Uint8Array(44 + 40 + 8 + packed.length);
    const view = new DataView(woff.buffer);
    view.setUint32(0, 0x774f4646);
    view.setUint32(4, 0x00010000);
    view.setUint16(12, 2);
    [0x61616161, 84, 5, 5, 0].forEach((value, i) => {
      view.setUint32(44 + i * 4, value);
    });
    [0x62626262, 92, packed.length, 100, 0].forEach((value, i) => {
      view.setUint32(64 + i * 4, value);
    });
    woff.set(body, 84);
    woff.set(packed, 92);
    const sfnt = sfntFromWoff(woff);
    assert.deepEqual(sfnt.slice(44, 49), body);
    assert.deepEqual(sfnt.slice(52, 152), new Uint8Array(100).fill(7));
  });

  test('other bytes are refused', () => assert.throws(() => sfntFromWoff(new Uint8Array(99)), /not a WOFF/));
});
