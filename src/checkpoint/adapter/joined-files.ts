import type { CheckpointFiles } from '../checkpoint-files.js';

/** Stands before the names of an adapter's files among those of its base. */
export const adapterFolder = 'adapter/';

/** The files of a base and of an adapter as those of one checkpoint. */
export function joinedFiles(base: CheckpointFiles, adapter: CheckpointFiles): CheckpointFiles {
  const own = (name: string) =>
    name.startsWith(adapterFolder)
      ? ([adapter, name.slice(adapterFolder.length)] as const)
      : ([base, name] as const);
  return {
    id: `${base.id} with ${adapter.id}`,
    ...(base.revision === undefined ? {} : { revision: base.revision }),
    names: [...base.names, ...adapter.names.map((name) => adapterFolder + name)].sort(),
    size: (name) => {
      const [files, bare] = own(name);
      return files.size(bare);
    },
    read: (name, start, end) => {
      const [files, bare] = own(name);
      return files.read(bare, start, end);
    },
    path: (name) => {
      const [files, bare] = own(name);
      return files.path(bare);
    },
    contentHash: (name) => {
      const [files, bare] = own(name);
      return files.contentHash?.(bare);
    },
  };
}
