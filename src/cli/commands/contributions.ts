import { type Command, Option } from 'commander';
import { type ContributionUnit, contributionUnits } from '../../residual-stream/linear-end.js';
import { addDrawnOptions, checkDrawn, type DrawnOptions, positionOf, showDrawn } from '../drawn-options.js';
import { addInputOptions, type InputOptions, parseIndex, readInput } from '../input-options.js';

interface ContributionsCommandOptions extends InputOptions, DrawnOptions {
  readonly target: string;
  readonly unit: ContributionUnit;
  readonly top: number;
}

const examples = `
Examples:
  pellucid contributions "Anna met Tom in the park. Anna met" --target "logit: Tom"
  pellucid contributions "Anna met Tom. Anna met" --target "contrast: Tom, Anna" --unit head -o heads.png
  pellucid contributions "Anna met Tom. Anna met" --unit neuron --top 20`;

/** `pellucid contributions`: what each part of the model adds to a score. */
export function addContributionsCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('contributions')
    .summary('say what each layer, head or neuron adds to a score');
  command.description(
    'Take a score apart into what each component of a decoder writes to the residual stream: direct logit attribution. The parts add up to the score.',
  );
  addDrawnOptions(
    addInputOptions(command)
      .optionsGroup('Contributions:')
      .option('--target <target>', 'the score: logit, contrast or class', 'logit')
      .option('--position <place>', 'where the target is read: a position (default: where the model answers)')
      .addOption(
        new Option('--unit <name>', 'what has a row of its own')
          .choices(contributionUnits)
          .default('component'),
      )
      .option(
        '--top <count>',
        'how many of the strongest rows are shown, and how many neurons are kept',
        parseIndex,
        40,
      ),
  )
    .addHelpText('after', examples)
    .action((text: string | undefined, options: ContributionsCommandOptions) =>
      takeApart(text, options, signal),
    );
}

async function takeApart(
  text: string | undefined,
  options: ContributionsCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const input = readInput(text, options);
  const { unit, top, theme, quiet = false, truncate = false } = options;
  const position = positionOf(options);
  const { contributionsDrawer } = await import('../formats/drawers.js');
  await checkDrawn(options);
  const { parseTarget } = await import('../../targets/parse-target.js');
  const target = parseTarget(options.target, { position });
  const { openModel } = await import('../open-model.js');
  const { passesBar } = await import('../terminal/progress.js');
  const { contributions } = await import('../../residual-stream/index.js');
  const model = await openModel(text, options, signal);
  const bar = passesBar(quiet);
  try {
    const found = await contributions(model, input, {
      ...{ target, unit, top, truncate, signal, onProgress: bar.update },
    });
    bar.stop();
    await showDrawn(found, contributionsDrawer({ top, theme }), options, signal);
  } finally {
    bar.stop();
    await model.close();
  }
}
