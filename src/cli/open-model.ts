import type { HubOptions } from '../checkpoint/index.js';
import type { Model } from '../model/index.js';
import { type InputOptions, modelName } from './input-options.js';
import { downloadBar } from './terminal/progress.js';

/** Opens the model that the options name, with a progress bar where something is downloaded. */
export async function openModel(
  text: string | undefined,
  options: InputOptions,
  signal: AbortSignal,
): Promise<Model> {
  // Not the package's entry: a command that explains nothing need not wait for the methods to load.
  const { loadModel } = await import('../load-model.js');
  const id = modelName(text, options);
  const bar = downloadBar(id, options.quiet ?? false);
  try {
    return await loadModel(id, {
      ...(await hubOptions(options)),
      signal,
      onProgress: bar.update,
      adapter: options.adapter,
    });
  } finally {
    bar.stop();
  }
}

async function hubOptions({ revision, offline, quiet }: InputOptions): Promise<HubOptions> {
  const { hubSettings } = await import('../checkpoint/index.js');
  const settings = await hubSettings();
  return {
    revision,
    settings: offline ? { ...settings, offline: true } : settings,
    ...(quiet ? {} : { onNote: (note) => process.stderr.write(`pellucid: ${note}\n`) }),
  };
}
