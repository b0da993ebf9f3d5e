import type { Command } from 'commander';
import { formatBytes } from '../terminal/bytes.js';

const examples = `
Examples:
  pellucid models
  pellucid models --json
  HF_HOME=/data/huggingface pellucid models      look at another cache`;

interface ModelsOptions {
  readonly json?: boolean;
}

/** `pellucid models`: what can be opened without a network, and what kinds of model at all. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .summary('list bundled, cached and supported models')
    .description(
      'List the models that are bundled, those in the Hugging Face cache, and the supported architectures.',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(models);
}

async function models({ json }: ModelsOptions): Promise<void> {
  const { bundledModels, cachedModels, hubSettings } = await import('../../checkpoint/index.js');
  const { architectures } = await import('../../model/index.js');
  const { cacheFolder } = await hubSettings();
  const known = new Set(architectures.map(({ modelType }) => modelType));
  const bundled = await bundledModels();
  const cached = (await cachedModels()).map((model) => ({ ...model, supported: known.has(model.modelType) }));
  const supported = architectures.map(({ modelType, title, paper, classes }) => ({
    ...{ modelType, title, paper },
    tasks: [...new Set(Object.values(classes))].sort(),
  }));
  if (json) {
    process.stdout.write(`${JSON.stringify({ bundled, cached, cacheFolder, supported }, null, 2)}\n`);
    return;
  }
  const { screenOf } = await import('../terminal/screen.js');
  const { columnsOf } = await import('../terminal/columns.js');
  const { bold, dim } = screenOf(process.stdout);
  const lines = [
    bold('Bundled'),
    ...columnsOf(
      bundled.map(({ name, size, modelType, title }) => [name, formatBytes(size), modelType, title]),
    ),
    '',
    `${bold('Cached')} ${dim(`in ${cacheFolder}`)}`,
    ...(cached.length === 0 ? ['  none'] : []),
    ...columnsOf(
      cached.map(({ id, size, modelType, revisions, commit, supported }) => [
        id,
        formatBytes(size),
        supported ? modelType : `${modelType} (not supported)`,
        revisions.join(', ') || commit.slice(0, 8),
      ]),
    ),
    '',
    `${bold('Supported')} ${dim('(model_type in config.json, and what its heads may answer)')}`,
    ...columnsOf(supported.map(({ modelType, title, tasks }) => [modelType, title, tasks.join(', ')])),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
