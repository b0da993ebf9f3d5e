import { type Command, InvalidArgumentError, Option } from 'commander';
import { headMeasures } from '../../attention-maps/head-scores.js';
import type { HeadPlace, HeadScores } from '../../explanations/index.js';
import { usageError } from '../failure.js';
import {
  addInputOptions,
  addStackOption,
  type InputOptions,
  parseIndex,
  readInput,
} from '../input-options.js';
import type { HeadChoice } from '../telling-head.js';

interface HeadsOptions extends InputOptions, Pick<HeadChoice, 'stack'> {
  readonly by?: string;
  readonly on: 'input' | 'repeated';
  readonly like?: HeadPlace;
  readonly top: number;
  readonly format: 'text' | 'json';
}

const examples = `
Examples:
  pellucid heads "Anna met Tom in the park. Anna met"
  pellucid heads "Anna met Tom. Anna met" --on repeated --by induction --top 5
  pellucid heads "The cat sat on the [MASK]." --like 1.2
  pellucid heads "Anna met Tom. Anna met" --format json > heads.json`;

const reminder = `A score says where a head looks, not that it matters for an answer: pellucid "<text>" tests heads.`;

/** `pellucid heads`: heads, ranked by where they look. */
export function addHeadsCommand(program: Command, signal: AbortSignal): void {
  const command = program.command('heads').summary('rank the heads of a model by where they look');
  command.description(
    'Measure where each head looks, and rank the heads: at the token before, the first one, the same token earlier, what followed that (induction), always equally far, or everywhere (entropy, in bits).',
  );
  addInputOptions(command)
    .optionsGroup('Heads:')
    .addOption(
      new Option(
        '--by <measure>',
        'what heads are ranked by (default: previous-token, or what applies)',
      ).choices([...headMeasures, 'similarity']),
    )
    .addOption(
      new Option('--on <what>', 'measure on the input, or on random tokens that are read twice')
        .choices(['input', 'repeated'])
        .default('input'),
    )
    .option('--like <layer.head>', 'compare all heads with this one, e.g. 1.2', parsePlace)
    .option('--top <count>', 'how many heads are listed', parseIndex, 12)
    .addOption(new Option('--format <name>', 'what is printed').choices(['text', 'json']).default('text'));
  addStackOption(command)
    .addHelpText('after', examples)
    .action((text: string | undefined, options: HeadsOptions) => rank(text, options, signal));
}

async function rank(text: string | undefined, options: HeadsOptions, signal: AbortSignal): Promise<void> {
  const { by, on, like, stack, top, format, quiet = false, truncate = false } = options;
  if (by === 'similarity' && !like)
    throw usageError('--by similarity needs a head to compare with: --like 1.2');
  const input = readInput(text, options);
  const { openModel } = await import('../open-model.js');
  const { headScores } = await import('../../head-scores.js');
  const model = await openModel(text, options, signal);
  try {
    const scores = await headScores(model, input, { on, like, stack, truncate, signal });
    const chosen = by ?? (like ? 'similarity' : scores.measures[0]!);
    if (!scores.measures.includes(chosen)) {
      throw usageError(`--by ${chosen} does not apply here: there are ${scores.measures.join(', ')}`);
    }
    if (format === 'json') {
      const { toJson } = await import('../../explanations/index.js');
      process.stdout.write(`${toJson(scores)}\n`);
      return;
    }
    const { columnsOf } = await import('../terminal/columns.js');
    process.stdout.write(`${columnsOf(rowsOf(scores, chosen, top)).join('\n')}\n`);
    if (!quiet) process.stderr.write(`${reminder}\n`);
  } finally {
    await model.close();
  }
}

/** The names of the measures, and a row for each head, the one with the largest score first. */
function rowsOf({ measures, values }: HeadScores, by: string, top: number): string[][] {
  const [, layers, heads] = values.shape as [number, number, number];
  const size = layers * heads;
  const at = measures.indexOf(by) * size;
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => values.data[at + b]! - values.data[at + a]!,
  );
  return [
    ['head', ...measures.map((name) => (name === by ? `${name} ↓` : name))],
    ...order
      .slice(0, top)
      .map((i) => [
        `${Math.floor(i / heads)}.${i % heads}`,
        ...measures.map((_, measure) => values.data[measure * size + i]!.toFixed(3)),
      ]),
  ];
}

function parsePlace(value: string): HeadPlace {
  const [, layer, head] = /^(\d{1,6})\.(\d{1,6})$/.exec(value) ?? [];
  if (head === undefined) throw new InvalidArgumentError('It is a layer and a head: 1.2');
  return { layer: Number(layer), head: Number(head) };
}
