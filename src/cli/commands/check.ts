import type { Command } from 'commander';

interface CheckOptions {
  readonly model?: string;
  readonly revision?: string;
  readonly offline?: boolean;
  readonly quiet?: boolean;
  readonly tuned?: string;
}

const examples = `
Examples:
  pellucid check why.json
  pellucid check why.json --model ./the-same-model-elsewhere`;

/** `pellucid check`: a stored explanation, made again and compared. */
export function addCheckCommand(program: Command, signal: AbortSignal): void {
  program
    .command('check')
    .summary('make a stored explanation again and compare')
    .description(
      'Make an explanation again from what its JSON file says about itself, and compare: weights, tokens, every number, and the verdict. The exit code is 1 where they differ.',
    )
    .argument('<file>', 'a JSON file that pellucid wrote')
    .option('-m, --model <id|folder>', 'where the model is, if not where the file says')
    .option('--revision <name>', 'branch, tag or commit of a model on the Hub')
    .option('--offline', 'use no network, only what is bundled, cached or in a folder')
    .option('--tuned <folder>', 'the tuned lens that a lens was read through')
    .option('-q, --quiet', 'print nothing but differences')
    .addHelpText('after', examples)
    .action((file: string, options: CheckOptions) => check(file, options, signal));
}

async function check(file: string, options: CheckOptions, signal: AbortSignal): Promise<void> {
  const { readStored } = await import('../formats/stored-explanation.js');
  const stored = await readStored(file);
  const { openModel } = await import('../open-model.js');
  const { recompute } = await import('../../recompute.js');
  const id = options.model ?? stored[0]!.subject.model;
  const { precision } = stored[0]!.subject;
  const rounded = precision ? { weights: precision.weights } : {};
  const model = await openModel(undefined, { ...options, ...rounded, model: id }, signal);
  const { PellucidError } = await import('../../errors.js');
  const { loadTunedLens } = await import('../../load-tuned-lens.js');
  const wrong: string[] = [];
  try {
    const tuned = options.tuned === undefined ? undefined : await loadTunedLens(model, options.tuned);
    for (const explanation of stored) {
      const { largest, allowed, differences, same } = await recompute(explanation, model, signal, tuned);
      const numbers = `largest difference ${largest.toPrecision(2)}, allowed ${allowed.toPrecision(2)}`;
      if (!same) wrong.push(`${explanation.method}: ${[...differences, numbers].join('; ')}`);
      else if (!options.quiet) process.stdout.write(`${explanation.method}: the same (${numbers})\n`);
    }
  } finally {
    await model.close();
  }
  if (wrong.length > 0)
    throw new PellucidError('bad-input', `${file} is not what ${id} gives now. ${wrong.join('. ')}.`);
}
