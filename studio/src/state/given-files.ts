/** Files that the person gave to the page: their name as a folder, and each by its path in it. */
export interface GivenFiles {
  readonly name: string;
  readonly files: ReadonlyMap<string, File>;
}

/** Files of a checkpoint, at most: one with more was not meant. */
const mostFiles = 2000;

/** What was chosen with a picker of folders. */
export function chosenFiles(list: FileList): GivenFiles | null {
  const files = [...list]
    .slice(0, mostFiles)
    .map((file) => [file.webkitRelativePath || file.name, file] as const);
  return within(files);
}

/** What was dropped: a folder, or files. Of folders in it only those one deep are read, where sentence encoders have their modules. */
export async function droppedFiles(transfer: DataTransfer): Promise<GivenFiles | null> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files: (readonly [string, File])[] = [];
  const read = async (entry: FileSystemEntry, depth: number): Promise<void> => {
    if (files.length >= mostFiles || depth > 2) return;
    if (isFile(entry)) {
      files.push([
        entry.fullPath.replace(/^\//, ''),
        await new Promise<File>((...settle) => entry.file(...settle)),
      ]);
    } else if (isFolder(entry)) {
      for (const inside of await entriesOf(entry)) await read(inside, depth + 1);
    }
  };
  for (const entry of entries) await read(entry, 0);
  return within(files);
}

/** Without the folder that all of them lie in. */
function within(files: readonly (readonly [string, File])[]): GivenFiles | null {
  const first = files[0]?.[0];
  if (first === undefined) return null;
  const folder = first.includes('/') ? first.slice(0, first.indexOf('/') + 1) : '';
  const shared = folder !== '' && files.every(([path]) => path.startsWith(folder));
  const inside = files.map(([path, file]) => [shared ? path.slice(folder.length) : path, file] as const);
  return { name: shared ? folder.slice(0, -1) : 'files', files: new Map(inside) };
}

/** A reader gives a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((...settle) => reader.readEntries(...settle));
    if (some.length === 0 || all.length > mostFiles) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
