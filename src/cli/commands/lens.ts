import { type Command, Option } from 'commander';
import type { LensPlace } from '../../residual-stream/index.js';
import { lensPlaces } from '../../residual-stream/stream-places.js';
import { usageError } from '../failure.js';
import type { DrawnFormat } from '../formats/kind-files.js';
import { addInputOptions, type InputOptions, parseIndex, readInput } from '../input-options.js';

interface LensCommandOptions extends InputOptions {
  readonly at: LensPlace;
  readonly pin?: readonly string[];
  readonly top: number;
  readonly position?: string;
  readonly format?: DrawnFormat;
  readonly theme?: 'light' | 'dark';
  readonly output?: readonly string[];
}

const collect = (value: string, values: readonly string[] = []) => [...values, value];

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
    .option(
      '--pin <token>',
      'follow this token through the layers; may be repeated (default: the answer)',
      collect,
    )
    .option('--top <count>', 'how many tokens are kept for each layer and position', parseIndex, 5)
    .option('--position <number>', 'where pinned tokens are followed; negative ones count from the end')
    .addOption(new Option('--format <name>', 'what is printed').choices(['text', 'json', 'html', 'svg']))
    .addOption(new Option('--theme <name>', 'theme of the picture').choices(['light', 'dark']))
    .option(
      '-o, --output <file>',
      'write to a file that ends in .json, .html, .svg, .png or .txt; may be repeated',
      collect,
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
  const { at, pin, top, output: paths = [], format, theme, quiet = false, truncate = false } = options;
  if (options.position !== undefined && !/^-?\d{1,9}$/.test(options.position))
    throw usageError(`--position must be a position, not "${options.position}"`);
  const position = options.position === undefined ? undefined : Number(options.position);
  const { drawn, drawnExtensions, saveDrawn } = await import('../formats/kind-files.js');
  const { lensDrawer } = await import('../formats/drawers.js');
  const { checkOutputs } = await import('../output-path.js');
  await checkOutputs(paths, drawnExtensions);
  const { openModel } = await import('../open-model.js');
  const { passesBar } = await import('../terminal/progress.js');
  const { lens } = await import('../../residual-stream/index.js');
  const model = await openModel(text, options, signal);
  const bar = passesBar(quiet);
  try {
    const found = await lens(model, input, {
      ...{ at, pinned: pin, top, truncate, signal, onProgress: bar.update },
    });
    bar.stop();
    const drawer = lensDrawer({ position, theme });
    if (paths.length > 0) await saveDrawn(paths, found, drawer, signal);
    if (format !== undefined || paths.length === 0)
      process.stdout.write(drawn(found, drawer, format ?? 'text', true));
    if (!quiet && paths.length > 0) process.stderr.write(`written: ${paths.join(', ')}\n`);
  } finally {
    bar.stop();
    await model.close();
  }
}
