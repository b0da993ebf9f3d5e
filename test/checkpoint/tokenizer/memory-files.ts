import type { CheckpointFiles } from '../../../src/checkpoint/index.js';
import { PellucidError } from '../../../src/errors.js';

/** A checkpoint whose files are the given values: texts as they are, anything else as JSON. */
export function memoryFiles(contents: Record<string, unknown>): CheckpointFiles {
  const bytes = new Map(
    Object.entries(contents).map(([name, content]) => {
      if (content instanceof Uint8Array) return [name, content];
      return [
        name,
        new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
      ];
    }),
  );
  const find = (name: string): Uint8Array => {
    const found = bytes.get(name);
    if (!found) throw new PellucidError('not-found', `no file ${name}`);
    return found;
  };
  return {
    id: 'memory',
    names: [...bytes.keys()].sort(),
    size: async (name) => find(name).length,
    read: async (name, start = 0, end) => find(name).slice(start, end),
    path: () => undefined,
  };
}
