import { type Command, InvalidArgumentError } from 'commander';
import type { FinishReason, Generation } from '../../model/index.js';
import { addInputOptions, type InputOptions, parseNumber, readInput } from '../input-options.js';

interface GenerateOptions extends InputOptions {
  readonly maxNewTokens: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly end: boolean;
  readonly json?: boolean;
  readonly intervene?: string;
}

const examples = `
Examples:
  pellucid generate "Once upon a time"
  pellucid generate "Once upon a time" --max-new-tokens 100 --temperature 0.8 --top-p 0.95 --seed 7
  pellucid generate "Tom went home." --stop "." --json > story.json
  pellucid generate "Tom and Anna" --intervene '{"hook": "blocks.1.attn.hook_z", "heads": [0], "edit": "zero"}'`;

/** `pellucid generate`: the model goes on with a text. */
export function addGenerateCommand(program: Command, signal: AbortSignal): void {
  const command = program.command('generate').summary('let a model go on with a text');
  command.description(
    'Print a text and what the model goes on with, as it comes: the most probable token each time, or random ones where --temperature, --top-k, --top-p or --seed is given.',
  );
  addInputOptions(command)
    .optionsGroup('Generation:')
    .option('--max-new-tokens <count>', 'how many tokens at most', parseCount, 40)
    .option('--temperature <number>', 'above 1 more random, below 1 less, 0 not at all', parseNumber)
    .option('--top-k <count>', 'draw from that many most probable tokens', parseCount)
    .option(
      '--top-p <number>',
      'draw from the most probable tokens that together have this probability',
      parseNumber,
    )
    .option('--seed <number>', 'the same seed gives the same text', parseNumber)
    .option(
      '--stop <text>',
      'end before this text; may be repeated',
      (text: string, all: readonly string[] = []) => [...all, text],
    )
    .option('--no-end', 'go on where the model would end the text')
    .option(
      '--intervene <json>',
      'change values inside the model at every token, or at the positions named: a list of interventions, or @file that holds it',
    )
    .option('--json', 'print tokens and their log-probabilities as JSON when all is done')
    .addHelpText('after', examples)
    .action((text: string | undefined, options: GenerateOptions) => generate(text, options, signal));
}

async function generate(
  text: string | undefined,
  options: GenerateOptions,
  signal: AbortSignal,
): Promise<void> {
  const input = readInput(text, options);
  const { maxNewTokens, temperature, topK, topP, seed, stop = [], json } = options;
  const { readInterventions } = await import('../intervention-option.js');
  const intervene = await readInterventions(options.intervene);
  const { openModel } = await import('../open-model.js');
  const { screenOf } = await import('../terminal/screen.js');
  const model = await openModel(text, options, signal);
  const { dim } = screenOf(process.stdout);
  const printable = (piece: string) => (process.stdout.isTTY ? withoutControls(piece) : piece);
  // What an encoder reads is not what the model goes on with.
  const shown = model.dimensions.decoder ? options.targetText : text;
  let begun = json === true;
  // With the first token: what is refused shows nothing.
  const begin = () => {
    if (!begun && shown !== undefined) process.stdout.write(dim(printable(shown)));
    begun = true;
  };
  const made = await model.generate(input, {
    ...{ maxNewTokens, temperature, topK, topP, seed, stop, signal },
    ...(options.end ? {} : { endTokens: [] }),
    onToken: (token) => {
      begin();
      if (!json) process.stdout.write(printable(token.text));
    },
    interventions: intervene?.interventions ?? [],
    truncate: options.truncate ?? false,
  });
  begin();
  process.stdout.write(json ? toJson(made) : '\n');
  await model.close();

  if (!options.quiet && made.ignored.length > 0) {
    process.stderr.write(
      `pellucid: ${made.ignored.join(', ')} in the generation settings of ${model.id} is not followed: the text is written token by token\n`,
    );
  }
  if (options.quiet || json) return;
  const count = made.tokens.length - made.promptLength;
  const again = made.seed === null ? '' : `; --seed ${made.seed} gives it again`;
  process.stderr.write(`${count} tokens, ${reasons[made.finishReason]}${again}\n`);
}

const reasons: Readonly<Record<FinishReason, string>> = {
  length: 'as many as --max-new-tokens allows',
  stop: 'ended by a stop text',
  eos: 'ended by the model',
  context: 'as many as the context of the model has room for',
};

/** What a model writes must not steer the terminal. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '');
}

function toJson(made: Generation): string {
  const { text, finishReason, seed, promptLength, run } = made;
  const { model, precision } = run.subject;
  const tokens = made.tokens.map((token, position) => ({
    ...{ id: token.id, text: token.text },
    logProbability: made.logProbabilities[position - promptLength] ?? null,
  }));
  return `${JSON.stringify({ model, ...(precision ? { precision } : {}), text, finishReason, seed, promptLength, tokens })}\n`;
}

function parseCount(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
}
