import type { Command } from 'commander';
import type { Grades } from '../../grade.js';
import { parseIndex } from '../input-options.js';

interface BenchOptions {
  readonly models?: readonly string[];
  readonly methods?: readonly string[];
  readonly examples: number;
  readonly seed: number;
  readonly verdict: boolean;
  readonly json?: boolean;
  readonly output?: string;
  readonly quiet?: boolean;
}

const examples = `
Each cell is the share of examples where a word that holds the answer ranks first, and its standard error; an empty cell is a
method that does not apply. The JSON has all scores.

Examples:
  pellucid bench --models planted-token,or-gate --methods occlusion,integrated-gradients
  pellucid bench --examples 10 --no-verdict
  pellucid bench --output grades.json`;

/** `pellucid bench`: methods, graded on models whose answer is known. */
export function addBenchCommand(program: Command, signal: AbortSignal): void {
  const names = (value: string) => value.split(',').map((name) => name.trim());
  program
    .command('bench')
    .summary('grade methods on models whose answer is known')
    .description(
      'Explain examples of small bundled models whose answer is known, with every method, and say how often each was right, beside scores drawn at random.',
    )
    .option('--models <names>', 'such as induction,planted-token; all by default', names)
    .option('--methods <names>', 'such as occlusion,alti; all by default', names)
    .option('--examples <count>', 'examples of each model', parseIndex, 30)
    .option('--seed <number>', 'decides the examples', parseIndex, 0)
    .option('--no-verdict', 'leave out whether each explanation stands its test: about twice as fast')
    .option('--json', 'print JSON')
    .option('-o, --output <file>', 'write the JSON to a file')
    .option('-q, --quiet', 'print no progress')
    .addHelpText('after', examples)
    .action((options: BenchOptions) => bench(options, signal));
}

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { checkOutputs } = await import('../output-path.js');
  const { output, json, quiet = false } = options;
  await checkOutputs(output === undefined ? [] : [output], ['.json']);
  const { grade } = await import('../../grade.js');
  const { loadModel } = await import('../../index.js');
  const { stepBar } = await import('../terminal/progress.js');
  const bar = stepBar('grading', quiet);
  const found = await grade({
    ...{ methods: options.methods, truths: options.models, examples: options.examples },
    ...{ seed: options.seed, verdicts: options.verdict, signal, onProgress: bar.update },
    open: (name) => loadModel(name, { signal }),
  }).finally(bar.stop);
  // Four digits are more than a mean of few examples has.
  const short = (_: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value;
  const text = `${JSON.stringify(found, short, 1)}\n`;
  if (output !== undefined) {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(output, text);
  }
  process.stdout.write(json ? text : await tableOf(found));
}

async function tableOf({ grades }: Grades): Promise<string> {
  const { columnsOf } = await import('../terminal/columns.js');
  const { screenOf } = await import('../terminal/screen.js');
  const { dim } = screenOf(process.stdout);
  const models = [...new Set(grades.map(({ truth }) => truth))];
  const methods = [...new Set(grades.map(({ method }) => method))];
  const cell = (method: string, model: string): string => {
    const hit = grades.find((each) => each.method === method && each.truth === model)?.scores.hit;
    return hit ? `${hit.mean.toFixed(2)} ±${hit.standardError.toFixed(2)}` : '';
  };
  const rows = methods.map((method) => [method, ...models.map((model) => cell(method, model))]);
  const [header, ...lines] = columnsOf([['', ...models], ...rows]);
  return `${[dim(header!), ...lines].join('\n')}\n`;
}
