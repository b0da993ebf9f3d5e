/** Bytes that are made from a checkpoint and live as long as its model: written once from front to end, then read. */
export interface Scratch {
  /** @throws PellucidError `bad-input` when there is no room for them. */
  append(bytes: Uint8Array): Promise<void>;
  /** The bytes [start, end). */
  read(start: number, end: number): Promise<Uint8Array>;
  /** The path of a file that holds them and nothing else, where there is one. */
  readonly path: string | undefined;
  /** Lets go of them. */
  close(): Promise<void>;
}

/** Held in memory: what a browser has. */
export function memoryScratch(): Scratch {
  let pieces: Uint8Array[] = [];
  return {
    path: undefined,
    async append(bytes) {
      pieces.push(bytes.slice());
    },
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      let offset = 0;
      for (const piece of pieces) {
        const [from, to] = [Math.max(start, offset), Math.min(end, offset + piece.length)];
        if (from < to) bytes.set(piece.subarray(from - offset, to - offset), from - start);
        offset += piece.length;
      }
      return bytes;
    },
    async close() {
      pieces = [];
    },
  };
}
