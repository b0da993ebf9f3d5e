import { openFolder } from './checkpoint/index.js';
import { writeFiles } from './figures/output/write-file.js';
import type { Model } from './model/index.js';
import { openTunedLens, type TunedLens, tunedLensFiles } from './residual-stream/index.js';

/**
 * Opens the lens in a folder, for a model.
 * @throws PellucidError `unsupported` where its parameters are a pickle, `bad-checkpoint` where it is damaged or was tuned for
 * another output matrix, `not-found`.
 * @example
 * const tuned = await loadTunedLens(model, './my-lens');
 */
export async function loadTunedLens(model: Model, folder: string): Promise<TunedLens> {
  return openTunedLens(model, await openFolder(folder));
}

/** Writes a lens into a folder that exists, as {@link loadTunedLens} reads it. @throws PellucidError `output` */
export async function saveTunedLens(lens: TunedLens, folder: string): Promise<void> {
  const files = [...tunedLensFiles(lens)];
  await writeFiles(files.map(([name, content]) => ({ path: `${folder}/${name}`, content })));
}
