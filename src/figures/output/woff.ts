import { inflateSync } from 'node:zlib';

const directoryEntry = { woff: 20, sfnt: 16 };
const headerSize = { woff: 44, sfnt: 12 };

/**
 * Unpacks a WOFF 1.0 font (W3C Recommendation, 2012) into the sfnt that it wraps: each table is stored as it is or compressed
 * with zlib.
 * @throws Error when the bytes are not WOFF.
 */
export function sfntFromWoff(woff: Uint8Array): Uint8Array {
  const view = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  if (woff.length < headerSize.woff || view.getUint32(0) !== 0x774f4646) {
    throw new Error('these bytes are not a WOFF font: the signature wOFF is missing');
  }
  const tableCount = view.getUint16(12);
  const tables = Array.from({ length: tableCount }, (_, index) => {
    const entry = headerSize.woff + index * directoryEntry.woff;
    const [tag, offset, packed, size, checksum] = [0, 4, 8, 12, 16].map((at) =>
      view.getUint32(entry + at),
    ) as [number, number, number, number, number];
    const bytes = woff.subarray(offset, offset + packed);
    return { tag, checksum, bytes: packed < size ? inflateSync(bytes) : bytes };
  });

  const start = headerSize.sfnt + tableCount * directoryEntry.sfnt;
  const padded = (length: number) => (length + 3) & ~3;
  const sfnt = new Uint8Array(tables.reduce((end, table) => end + padded(table.bytes.length), start));
  const out = new DataView(sfnt.buffer);
  const power = Math.floor(Math.log2(tableCount));
  out.setUint32(0, view.getUint32(4));
  out.setUint16(4, tableCount);
  out.setUint16(6, 16 * 2 ** power);
  out.setUint16(8, power);
  out.setUint16(10, 16 * (tableCount - 2 ** power));
  let offset = start;
  for (const [index, table] of tables.entries()) {
    const entry = headerSize.sfnt + index * directoryEntry.sfnt;
    out.setUint32(entry, table.tag);
    out.setUint32(entry + 4, table.checksum);
    out.setUint32(entry + 8, offset);
    out.setUint32(entry + 12, table.bytes.length);
    sfnt.set(table.bytes, offset);
    offset += padded(table.bytes.length);
  }
  return sfnt;
}
