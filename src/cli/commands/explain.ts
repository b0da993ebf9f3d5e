import { type Command, Option } from 'commander';
import {
  addGeneratedOptions,
  checkGenerated,
  explainGenerated,
  type GeneratedOptions,
  isGenerated,
} from '../explain-generated.js';
import type { Writer } from '../formats/explanation-files.js';
import { addInputOptions, type InputOptions, parseIndex, readInput } from '../input-options.js';
import { addQuestionOptions, type QuestionOptions, questionFrom } from '../question-options.js';

interface ExplainOptions extends InputOptions, QuestionOptions, GeneratedOptions {
  readonly method: readonly string[];
  readonly option?: Readonly<Record<string, unknown>>;
  readonly verdict: 'off' | 'quick' | 'full';
  readonly format?: 'text' | 'json' | 'html' | 'svg' | 'png';
  readonly output?: readonly string[];
  readonly top: number;
  readonly cost?: boolean;
}

const examples = `
A target is a scalar of the model's answer: "logit: Paris", "contrast: Paris, London", "class:positive", "log-probability",
"margin", "entropy" …; by default the logit of its own best answer.

Examples:
  pellucid explain "Anna met Tom in the park. Anna met" --target "logit: Tom" --features words
  pellucid explain "The cat sat on the [MASK]." --method integrated-gradients,occlusion,kernel-shap
  pellucid explain "I loved it." --model my-classifier --target "class:positive" --verdict full -o why.html
  pellucid explain "Anna met Tom. Anna met" --target "contrast: Tom, Anna" --format json > why.json
  pellucid explain "Anna met Tom." --generate --max-new-tokens 5 -o rests-on.html
  pellucid explain "Anna met" --context "Anna met Tom in the park."
  pellucid explain --methods                            the methods, one line each`;

/** `pellucid explain`: why the model answers so, and whether that holds. */
export function addExplainCommand(program: Command, signal: AbortSignal): void {
  const command = program.command('explain').summary('say why a model answers so, and test it');
  command.description(
    'Give each feature of a text a score: how much it speaks for an answer of the model. Every explanation is tested against the model itself, beside random ones, and says whether it holds.',
  );
  addGeneratedOptions(addQuestionOptions(addInputOptions(command)))
    .optionsGroup('Explanation:')
    .option('--method <names>', 'one or more methods, separated by commas', parseNames, ['occlusion'])
    .option('--option <name=value>', 'an option of the methods, e.g. steps=100; may be repeated', parseOption)
    .addOption(
      new Option('--verdict <depth>', 'how thoroughly it is tested')
        .choices(['off', 'quick', 'full'])
        .default('quick'),
    )
    .addOption(
      new Option('--format <name>', 'what is printed (png needs --output)').choices([
        'text',
        'json',
        'html',
        'svg',
        'png',
      ]),
    )
    .option(
      '-o, --output <file>',
      'write to a file that ends in .json, .html, .svg, .png or .txt; may be repeated',
      (path: string, paths: readonly string[] = []) => [...paths, path],
    )
    .option('--top <count>', 'how many of the strongest features are listed', parseIndex, 8)
    .option('--cost', 'say what it would take, and stop')
    .option('--methods', 'list the methods instead')
    .addHelpText('after', examples)
    .action((text: string | undefined, options: ExplainOptions & { readonly methods?: boolean }) =>
      options.methods ? list() : explain(text, options, signal),
    );
}

async function list(): Promise<void> {
  const { methods } = await import('../../methods/index.js');
  const width = Math.max(...methods.map(({ name }) => name.length));
  const lines = methods.map(({ name, summary, family }) => `${name.padEnd(width)}  ${summary} (${family})\n`);
  process.stdout.write(lines.join(''));
}

async function explain(
  text: string | undefined,
  options: ExplainOptions,
  signal: AbortSignal,
): Promise<void> {
  const { usageError } = await import('../failure.js');
  const input = readInput(text, options);
  checkGenerated(input, options);
  const { featuresFor, ...question } = await questionFrom(input, options);
  const { output: paths = [], format, method: methods, verdict, quiet } = options;
  if (format === 'png' && paths.length === 0) throw usageError('a picture in PNG needs --output <file>');
  const { explanationExtensions, saveExplanation, writersFor } = await import(
    '../formats/explanation-files.js'
  );
  const { checkOutputs } = await import('../output-path.js');
  await checkOutputs(paths, explanationExtensions);
  const { methodNamed, methodOptions } = await import('../../explain.js');
  const own = Object.fromEntries(methods.map((name) => [name, options.option ?? {}]));
  for (const name of methods) methodOptions(methodNamed(name), own[name]!);

  const { openModel } = await import('../open-model.js');
  const { compare } = await import('../../compare.js');
  const { passesBar } = await import('../terminal/progress.js');
  const model = await openModel(text, options, signal);
  const bar = passesBar(quiet ?? false);
  const write = async <Found>(found: Found, writers: Readonly<Record<string, Writer<Found>>>) => {
    bar.stop();
    if (paths.length > 0) await saveExplanation(paths, writers, found, signal);
    if (format !== undefined || paths.length === 0) {
      const kind = format ?? 'text';
      process.stdout.write((await writers[`.${kind === 'text' ? 'txt' : kind}`]!(found, true)) as string);
    }
    if (paths.length > 0 && !quiet) process.stderr.write(`written: ${paths.join(', ')}\n`);
  };
  try {
    const features = featuresFor(model);
    if (isGenerated(options)) {
      const { generationWriters } = await import('../formats/generation-files.js');
      const { target: _, ...rest } = question;
      const found = await explainGenerated(model, input, options, {
        ...{ ...rest, features, target: options.target, signal, onProgress: bar.update },
        ...{ method: methods[0], options: options.option },
      });
      return await write(found, generationWriters(options.top));
    }
    if (options.cost) {
      const { comparisonCost } = await import('../../cost.js');
      const { passes, seconds } = await comparisonCost(model, input, {
        ...{ ...question, features, methods, options: own, verdict, signal },
        truncate: options.truncate ?? false,
      });
      const time = seconds < 1 ? 'less than a second' : `about ${Math.ceil(seconds)} s`;
      process.stdout.write(`${passes} passes of the model at most, ${time}\n`);
      return;
    }
    const found = await compare(model, input, {
      ...{ ...question, features, methods, options: own, verdict, signal },
      truncate: options.truncate ?? false,
      onProgress: bar.update,
    });
    await write(found, writersFor(options.top));
    if (quiet) return;
    const cost = found.attributions.reduce((sum, { verdict: tested }) => sum + (tested?.cost ?? 0), 0);
    if (cost > 0 && (format ?? 'text') === 'text')
      process.stderr.write(
        `the test took ${cost} passes of the model (--verdict off skips it, full goes deeper)\n`,
      );
  } finally {
    bar.stop();
    await model.close();
  }
}

function parseNames(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** `steps=100`: values are JSON where they can be, else text. */
function parseOption(
  value: string,
  all: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const at = value.indexOf('=');
  const [name, text] = at < 0 ? [value, 'true'] : [value.slice(0, at), value.slice(at + 1)];
  let parsed: unknown = text;
  try {
    parsed = JSON.parse(text);
  } catch {
    // A word is a word.
  }
  return { ...all, [name.trim()]: parsed };
}
