import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { configFile, singleFile } from '../weight-files.js';
import { openFolder } from './folder.js';

/** A demonstration model that comes with the package and needs no network. */
export interface BundledModel {
  /** What to give where a model is asked for, e.g. `pellucid-gpt2`. */
  readonly name: string;
  /** First heading of its card. */
  readonly title: string;
  readonly modelType: string;
  /** Length of its weights in bytes. */
  readonly size: number;
}

const bundledFolder = fileURLToPath(new URL('../../../../models/', import.meta.url));

/** The models that come with the package, by name. */
export async function bundledModels(folder = bundledFolder): Promise<BundledModel[]> {
  const models: BundledModel[] = [];
  for (const name of await bundledNames(folder)) {
    const config = JSON.parse(await readFile(join(folder, name, configFile), 'utf8')) as {
      model_type: string;
    };
    const card = await readFile(join(folder, name, 'README.md'), 'utf8').catch(() => '');
    const { size } = await stat(join(folder, name, singleFile));
    models.push({ name, title: /^# (.+)$/m.exec(card)?.[1] ?? name, modelType: config.model_type, size });
  }
  return models;
}

/** Names of the models that come with the package, sorted. */
export async function bundledNames(folder = bundledFolder): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    entries.map((name) =>
      stat(join(folder, name, singleFile)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return entries.filter((_, index) => found[index]).sort();
}

/** The files of a model that comes with the package. @throws PellucidError `not-found` when there is none such. */
export async function openBundled(name: string, folder = bundledFolder): Promise<CheckpointFiles> {
  return openFolder(join(folder, name), name);
}
