import type { HubOptions } from '../checkpoint/index.js';
import type { Model } from '../model/index.js';
import { type InputOptions, modelName } from './input-options.js';
import { downloadBar, passesBar } from './terminal/progress.js';

/** Opens the model that the options name, with a progress bar where something is downloaded. */
export async function openModel(
  text: string | undefined,
  options: InputOptions,
  signal: AbortSignal,
): Promise<Model> {
  // Not the package's entry: a command that explains nothing need not wait for the methods to load.
  const { loadModel } = await import('../load-model.js');
  const id = modelName(text, options);
  const { quiet = false, adapter, weights } = options;
  const bar = downloadBar(id, quiet);
  const rounding = passesBar(quiet);
  try {
    const model = await loadModel(id, {
      ...(await hubOptions(options)),
      ...{ signal, adapter, weights },
      onProgress: bar.update,
      onWeights: ({ done, total }) => rounding.update({ done, total, part: 'rounding weights' }),
    });
    // Said to the quiet too: it is no hint, but what the numbers are.
    if (model.precision) {
      rounding.stop();
      const { precisionSentence } = await import('../explanations/index.js');
      process.stderr.write(`pellucid: ${precisionSentence(model.precision)}\n`);
    }
    return model;
  } finally {
    rounding.stop();
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
