import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { AblationFinding, Overview } from '../../explanations/index.js';
import type { Model, ModelInput, Stack } from '../../model/index.js';
import {
  addInputOptions,
  addStackOption,
  type InputOptions,
  parseIndex,
  readInput,
} from '../input-options.js';
import { findMistyped } from '../mistyped.js';
import type { HeadChoice } from '../telling-head.js';

interface LookOptions extends InputOptions, HeadChoice {
  readonly top: number;
  readonly theme?: 'light' | 'dark';
  readonly outputFolder: string;
  readonly verdict: 'off' | 'quick';
}

const examples = `
Examples:
  pellucid "Hello, world!"                              what a bundled model answers, and why
  pellucid "The capital of France is [MASK]." --model google-bert/bert-base-uncased
  pellucid attention "Hello, world!" --layer 0 --head 0 --output attention.png
  pellucid help capture                                 the options of another command`;

/** The main job, which needs no command: look at a text through a model. */
export function addLookCommand(program: Command, signal: AbortSignal): void {
  addStackOption(addInputOptions(program))
    .usage('"<text>" [options]\n       pellucid <command> [options]')
    .option(
      '--layer <number>',
      'layer of the head that is shown, from 0 (default: the one that matters most)',
      parseIndex,
    )
    .option('--head <number>', 'head that is shown, from 0 (default: the one that matters most)', parseIndex)
    .option('--top <count>', 'how many predictions are shown', parseIndex, 5)
    .addOption(new Option('--theme <name>', 'theme of the pictures').choices(['light', 'dark']))
    .addOption(
      new Option('--verdict <depth>', 'off: look for nothing that matters, and test nothing')
        .choices(['off', 'quick'])
        .default('quick'),
    )
    .option(
      '-o, --output-folder <folder>',
      'where report.html and attention.svg, .png and .html are written',
      '.',
    )
    .addHelpText('after', examples)
    .allowExcessArguments()
    .action(async (text: string | undefined, options: LookOptions) => {
      if (text === undefined && options.tokenIds === undefined && options.chat === undefined)
        return program.outputHelp();
      const note = findMistyped(program);
      if (note !== undefined && !options.quiet) process.stderr.write(`pellucid: ${note}\n`);
      await look(text, options, signal);
    });
}

async function look(text: string | undefined, options: LookOptions, signal: AbortSignal): Promise<void> {
  const asked = readInput(text, options);
  const kinds = ['.svg', '.png', '.html'];
  const paths = kinds.map((kind) => join(options.outputFolder, `attention${kind}`));
  const { checkFolder, checkOutputs, makeFolder } = await import('../output-path.js');
  const report = join(options.outputFolder, 'report.html');
  if (await checkFolder(options.outputFolder)) await checkOutputs([report, ...paths], kinds);

  const { openModel } = await import('../open-model.js');
  const { checkHead, tellingHead } = await import('../telling-head.js');
  const model = await openModel(text, options, signal);
  const { patternsOf } = await import('../../model/index.js');
  const { withTarget } = await import('../target.js');
  const { input, written, stack } = await withTarget(model, asked, options, signal);
  checkHead(options, patternsOf(model.dimensions, stack));
  const run = await model.run(input, { truncate: options.truncate ?? false, signal });
  const everyHead = run.attention({ stack });
  const found = options.verdict === 'off' ? undefined : await findings(model, input, stack, options, signal);
  const named = options.layer !== undefined || options.head !== undefined;
  const chosen = named || !found?.head ? tellingHead(everyHead, options) : shownHead(found.head);
  const attention = run.attention({ layer: chosen.layer, head: chosen.head, stack });

  const { terminalHeatmap } = await import('../../figures/index.js');
  const { screenOf } = await import('../terminal/screen.js');
  const { tokenLine } = await import('../terminal/token-line.js');
  const { predictionLines } = await import('../terminal/prediction-lines.js');
  const { findingLines } = await import('../terminal/finding-lines.js');
  const screen = screenOf(process.stdout);
  const { bold, dim } = screen;
  const lines = [
    `${bold('Tokens')} ${dim(`(${run.tokens.length}, ${run.subject.precision ? `${model.id}, 8-bit weights, approximate` : model.id})`)}`,
    `  ${tokenLine(run.tokens, screen)}`,
    ...(run.decoderTokens
      ? [
          `${bold('Target')} ${dim(`(${run.decoderTokens.length}${written ? ', written by the model' : ''})`)}`,
          `  ${tokenLine(run.decoderTokens, screen)}`,
        ]
      : []),
    '',
    ...predictionLines(run, model, options.top, screen),
    '',
    ...(found ? [...findingLines(found, screen), ''] : []),
    terminalHeatmap(attention, screen),
    ...(chosen.reason === undefined ? [] : [dim(chosen.reason)]),
  ];

  const { saveAttention } = await import('../formats/attention-files.js');
  const drawing = { annotate: true, ...(options.theme === undefined ? {} : { theme: options.theme }) };
  await makeFolder(options.outputFolder);
  await saveAttention(paths, { attention, everyHead: () => everyHead, drawing }, signal);
  const { ownCommand, quoted } = await import('../own-command.js');
  const naming = options.model === undefined ? '' : ` --model ${quoted(options.model)}`;
  if (found) {
    const { overviewPage } = await import('../../figures/index.js');
    const command = `${ownCommand()} ${quoted(text)}${naming}`;
    await overviewPage(found, { attention, command }).save(report);
  }
  await model.close();

  // After the files, so that a command which fails has shown nothing.
  process.stdout.write(`${lines.join('\n')}\n`);
  const block = (title: string, entries: readonly string[]) =>
    `\n${bold(title)}\n${entries.map((entry) => `  ${entry}\n`).join('')}`;
  process.stdout.write(block('Written', found ? [report, ...paths] : paths));
  if (options.quiet) return;
  const next = [
    ...(found ? [`open ${report} in a browser to read the findings with their tests`] : []),
    `open ${paths.at(-1)} in a browser to see every layer and head`,
    `${ownCommand()} attention ${quoted(text)}${naming}${stack === undefined ? '' : ` --stack ${stack}`} --layer ${chosen.layer} --head ${chosen.head} --output head.csv`,
    `${ownCommand()} models`,
  ];
  process.stdout.write(block('Next', next));
}

/** What matters for the answer, with a bar on stderr once that takes long. */
async function findings(
  model: Model,
  input: ModelInput,
  stack: Stack | undefined,
  { top, truncate = false, quiet = false }: LookOptions,
  signal: AbortSignal,
): Promise<Overview> {
  const { overview } = await import('../../overview.js');
  const { passesBar } = await import('../terminal/progress.js');
  const bar = passesBar(quiet);
  try {
    return await overview(model, input, { top, stack, truncate, signal, onProgress: bar.update });
  } finally {
    bar.stop();
  }
}

function shownHead({ layer, head }: AblationFinding) {
  return {
    layer,
    head: head!,
    reason: 'the head that matters most for the answer, of those that were tried',
  };
}
