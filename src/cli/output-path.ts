import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { PellucidError } from '../errors.js';

/**
 * Checks, before any work is done, that files can be written where the user wants them: the extensions, the folders,
 * and that no two are the same file.
 * @param extensions the possible extensions, with their dots
 * @throws PellucidError `bad-input` for an extension, `output` for a place that cannot be written.
 */
export async function checkOutputs(paths: readonly string[], extensions: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  for (const path of paths) {
    if (!extensions.includes(extname(path).toLowerCase())) {
      throw new PellucidError('bad-input', `Cannot write ${path}: let its name end in ${listed(extensions)}`);
    }
    if (seen.has(resolve(path))) throw new PellucidError('bad-input', `${path} is given twice as output`);
    seen.add(resolve(path));
    await checkWritable(path);
  }
}

/** Creates the folder into which outputs go, unless it is there. @throws PellucidError `output` */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file of that name is there' : code;
    throw new PellucidError('output', `Cannot make the folder ${path}: ${reason}; choose another`, { cause });
  }
}

async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  const refuse = (reason: string) =>
    new PellucidError('output', `Cannot write ${path}: ${reason}; choose another path`);
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw refuse('its folder does not exist');
  if (!found.isDirectory()) throw refuse(`${folder} is a file, not a folder`);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) throw refuse('it is a folder');
  // The file is made beside its final place and then renamed, so it is the folder that must be writable.
  await access(folder, constants.W_OK).catch(() => {
    throw refuse('its folder is not writable');
  });
}

function listed(names: readonly string[]): string {
  const last = names.at(-1);
  return names.length === 1 ? `${last}` : `${names.slice(0, -1).join(', ')} or ${last}`;
}
