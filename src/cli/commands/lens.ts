import { type Command, Option } from 'commander';
import type { LensPlace } from '../../residual-stream/index.js';
import { lensPlaces } from '../../residual-stream/stream-places.js';
import {
  addDrawnOptions,
  checkDrawn,
  collect,
  type DrawnOptions,
  positionOf,
  showDrawn,
} from '../drawn-options.js';
import { addInputOptions, type InputOptions, parseIndex, readInput } from '../input-options.js';

interface LensCommandOptions extends InputOptions, DrawnOptions {
  readonly at: LensPlace;
  readonly pin?: readonly string[];
  readonly top: number;
  readonly tuned?: string;
}

const examples = `
Examples:
  pellucid lens "Anna met Tom in the park. Anna met"
  pellucid lens "Anna met Tom. Anna met" --pin " Tom" --pin " Anna" -o lens.png -o lens.json
  pellucid lens "The cat sat on the [MASK]." --at mid
  pellucid lens "Anna met Tom. Anna met" --at mlp --format json > mlp.json`;

/** `pellucid lens`: what the model would answer if it ended after each layer. */
export function addLensCommand(program: Command, signal: AbortSignal): void {
  const command = program.command('lens').summary('say what the model would answer after each layer');
  command.description(
    'Read the residual stream of every layer and position as if the model ended there: the logit lens. Tokens that are pinned are followed through the layers.',
  );
  addDrawnOptions(
    addInputOptions(command)
      .optionsGroup('Lens:')
      .addOption(
        new Option(
          '--at <place>',
          'what is read: the stream, behind attention too, or what attention or MLP writes',
        )
          .choices(lensPlaces)
          .default('resid'),
      )
      .option('--tuned <folder>', 'read through the tuned lens in this folder')
      .option(
        '--pin <token>',
        'follow this token through the layers; may be repeated (default: the answer)',
        collect,
      )
      .option('--top <count>', 'how many tokens are kept for each layer and position', parseIndex, 5)
      .option('--position <number>', 'where pinned tokens are followed; negative ones count from the end'),
  )
    .addHelpText('after', examples)
    .action((text: string | undefined, options: LensCommandOptions) => readLens(text, options, signal));
}

async function readLens(
  text: string | undefined,
  options: LensCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const input = readInput(text, options);
  const { at, pin, top, theme, quiet = false, truncate = false } = options;
  const position = positionOf(options);
  const { lensDrawer } = await import('../formats/drawers.js');
  await checkDrawn(options);
  const { openModel } = await import('../open-model.js');
  const { passesBar } = await import('../terminal/progress.js');
  const { lens } = await import('../../residual-stream/index.js');
  const model = await openModel(text, options, signal);
  const bar = passesBar(quiet);
  try {
    const { loadTunedLens } = await import('../../load-tuned-lens.js');
    const tuned = options.tuned === undefined ? undefined : await loadTunedLens(model, options.tuned);
    const found = await lens(model, input, {
      ...{ at, tuned, pinned: pin, top, truncate, signal, onProgress: bar.update },
    });
    bar.stop();
    await showDrawn(found, lensDrawer({ position, theme }), options, signal);
  } finally {
    bar.stop();
    await model.close();
  }
}
