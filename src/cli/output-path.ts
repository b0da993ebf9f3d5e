import type { Stats } from 'node:fs';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { PellucidError } from '../errors.js';

/**
 * Checks, before any work is done, that files can be written where the user wants them: the extensions, the folders,
 * and that no two are the same file.
 * @param extensions the possible extensions, with their dots
 * @throws PellucidError `bad-input` for an empty name or an extension, `output` for a place that cannot be written.
 */
export async function checkOutputs(paths: readonly string[], extensions: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === '')
      throw new PellucidError('bad-input', 'The name of the output is empty: give a file name');
    if (!extensions.includes(extname(path).toLowerCase())) {
      throw new PellucidError('bad-input', `Cannot write ${path}: let its name end in ${listed(extensions)}`);
    }
    if (seen.has(resolve(path))) throw new PellucidError('bad-input', `${path} is given twice as output`);
    seen.add(resolve(path));
    await checkWritable(path);
  }
}

/**
 * Checks that a folder for outputs is there or can be made.
 * @returns whether it is there
 * @throws PellucidError `output`
 */
export async function checkFolder(path: string): Promise<boolean> {
  let nearest = resolve(path);
  while (!(await statOf(nearest))) nearest = dirname(nearest);
  const refuse = (reason: string) =>
    new PellucidError('output', `Cannot write into ${path}: ${nearest} is ${reason}; choose another folder`);
  if (!(await statOf(nearest))!.isDirectory()) throw refuse('a file');
  await access(nearest, constants.W_OK).catch(() => {
    throw refuse('not writable');
  });
  return nearest === resolve(path);
}

/**
 * Makes a folder and those that it lies in, where they are missing.
 * @throws PellucidError `output`
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await statOf(folder)); folder = dirname(folder)) missing.unshift(folder);
  // One by one: mkdir's own option `recursive` never returns where the system lets nothing be made (/proc).
  for (const folder of missing) {
    await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') return;
      const message = `Cannot make the folder ${folder} (${cause.code}); choose another folder`;
      throw new PellucidError('output', message, { cause });
    });
  }
}

async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  const refuse = (reason: string) =>
    new PellucidError('output', `Cannot write ${path}: ${reason}; choose another path`);
  const found = await statOf(folder);
  if (!found) throw refuse('its folder does not exist');
  if (!found.isDirectory()) throw refuse(`${folder} is a file, not a folder`);
  if ((await statOf(path))?.isDirectory()) throw refuse('it is a folder');
  // The file is made beside its final place and then renamed, so it is the folder that must be writable.
  await access(folder, constants.W_OK).catch(() => {
    throw refuse('its folder is not writable');
  });
}

function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

function listed(names: readonly string[]): string {
  const last = names.at(-1);
  return names.length === 1 ? `${last}` : `${names.slice(0, -1).join(', ')} or ${last}`;
}
