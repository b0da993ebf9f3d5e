import type { Command } from 'commander';
import { addDrawingOptions, type DrawingOptions, drawingOf, terminalDrawingOf } from '../drawing-options.js';
import {
  addInputOptions,
  addStackOption,
  type InputOptions,
  parseIndex,
  readInput,
} from '../input-options.js';
import type { ChosenHead, HeadChoice } from '../telling-head.js';

interface AttentionOptions extends InputOptions, HeadChoice, DrawingOptions {
  readonly output?: readonly string[];
}

const examples = `
Examples:
  pellucid attention "Hello, world!" --layer 0 --head 0
  pellucid attention "Hello, world!" --model google-bert/bert-base-uncased -o attention.png -o attention.html
  pellucid attention "Where is Ada?" --pair "Ada is at home." --model pellucid-bert -o attention.csv
  pellucid attention --token-ids 1,2,3 --output attention.json`;

/** `pellucid attention`: one head of one text, in the terminal or as files. */
export function addAttentionCommand(program: Command, signal: AbortSignal): void {
  const command = program.command('attention').summary('show or save the attention of one head');
  command.description('Show the attention of one head as a grid, or save it to files.');
  addInputOptions(command)
    .option('--layer <number>', 'layer, from 0 (default: that of the most telling head)', parseIndex)
    .option('--head <number>', 'head, from 0 (default: the most telling)', parseIndex)
    .option(
      '-o, --output <file>',
      'write to a file that ends in .svg, .png, .html, .json or .csv; may be repeated',
      (path: string, paths: readonly string[] = []) => [...paths, path],
    );
  addStackOption(command);
  addDrawingOptions(command)
    .addHelpText('after', examples)
    .action((text: string | undefined, options: AttentionOptions) => attention(text, options, signal));
}

async function attention(
  text: string | undefined,
  options: AttentionOptions,
  signal: AbortSignal,
): Promise<void> {
  const asked = readInput(text, options);
  const { output: paths = [], layer, head } = options;
  const { attentionExtensions, saveAttention } = await import('../formats/attention-files.js');
  const { checkOutputs } = await import('../output-path.js');
  await checkOutputs(paths, attentionExtensions);

  const { openModel } = await import('../open-model.js');
  const { checkHead, tellingHead } = await import('../telling-head.js');
  const model = await openModel(text, options, signal);
  const { patternsOf } = await import('../../model/index.js');
  const { withTarget } = await import('../target.js');
  const { stack: wanted } = options;
  if (wanted !== undefined || !model.dimensions.decoder)
    checkHead(options, patternsOf(model.dimensions, wanted));
  const { input, written, stack } = await withTarget(model, asked, options, signal);
  const patterns = patternsOf(model.dimensions, stack);
  checkHead(options, patterns);
  const given: ChosenHead | undefined =
    layer !== undefined && head !== undefined ? { layer, head } : undefined;
  const pages = paths.some((path) => /\.html$/i.test(path));
  const run = await model.run(input, {
    capture: patterns.hook(given && !pages ? given.layer : '*'),
    answers: 'none',
    truncate: options.truncate ?? false,
    signal,
  });
  const chosen = given ?? tellingHead(run.attention({ stack }), options);
  const shown = run.attention({ layer: chosen.layer, head: chosen.head, stack });
  if (paths.length > 0) {
    const content = {
      attention: shown,
      everyHead: () => run.attention({ stack }),
      drawing: drawingOf(options),
    };
    await saveAttention(paths, content, signal);
  } else {
    const { terminalHeatmap } = await import('../../figures/index.js');
    const { screenOf } = await import('../terminal/screen.js');
    const grid = terminalHeatmap(shown, { ...screenOf(process.stdout), ...terminalDrawingOf(options) });
    process.stdout.write(`${grid}\n`);
  }
  await model.close();

  if (options.quiet) return;
  if (written) process.stderr.write('the target was written by the model: --target-text gives another\n');
  if (!given) process.stderr.write(`layer ${chosen.layer}, head ${chosen.head}: ${chosen.reason}\n`);
  if (paths.length > 0) process.stderr.write(`written: ${paths.join(', ')}\n`);
}
