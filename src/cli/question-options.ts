import { type Command, InvalidArgumentError, Option } from 'commander';
import { type FeatureChoice, type FeatureStack, type Slot, stacksOfFeatures } from '../features/index.js';
import type { ChatInput, Model, ModelInput, Target } from '../model/index.js';
import type { Removal } from '../question/index.js';
import { usageError } from './failure.js';
import { parseIndex } from './input-options.js';

/** Options that say what is explained. */
export interface QuestionOptions {
  readonly target?: string;
  readonly targetId?: number;
  readonly position?: string;
  readonly features: string;
  readonly slot?: readonly Slot[];
  readonly stack?: FeatureStack;
  readonly removal?: string;
  readonly specialTokens: 'keep' | 'drop';
  readonly seed: number;
}

/** What a command asks of a model. */
export interface AskedFor {
  readonly target: Target;
  /** What gets a score; turns of a conversation are found by the model's template. */
  readonly featuresFor: (model: Model) => FeatureChoice;
  readonly stack: FeatureStack | undefined;
  readonly special: boolean;
  readonly removal: Removal | undefined;
  readonly seed: number;
}

/** Adds the options that say what is explained: target, features, and how features are taken away. */
export function addQuestionOptions(command: Command): Command {
  return command
    .optionsGroup('Question:')
    .option('--target <target>', 'what is explained (default: "logit" of the best answer)')
    .option('--target-id <id>', 'the logit of this token or class id', parseIndex)
    .option(
      '--position <place>',
      'where the target is read: last, mask, or a position (default: where the model answers)',
    )
    .option(
      '--features <kind>',
      'tokens, words, sentences, paragraphs, turns of a --chat, or a /pattern/ whose matches they are',
      'tokens',
    )
    .addOption(
      new Option(
        '--stack <name>',
        'of a model with an encoder and a decoder: whose tokens are features (default: those of both)',
      ).choices(stacksOfFeatures),
    )
    .option(
      '--slot <name=start:end>',
      'characters of the text that are one feature, in place of --features; may be repeated',
      parseSlot,
    )
    .option(
      '--removal <way>',
      'what stands in for a feature: mask, pad, unk, eos, zero, mean, hide, delete, or a token id #17 (default: mask, or zero)',
    )
    .addOption(
      new Option('--special-tokens <choice>', 'whether special tokens are features too')
        .choices(['keep', 'drop'])
        .default('drop'),
    )
    .option('--seed <number>', 'decides every random choice', parseIndex, 0);
}

/** The question that the options ask. Throws a usage error where they contradict each other. */
export async function questionFrom(input: ModelInput, options: QuestionOptions): Promise<AskedFor> {
  const { target, targetId, position, removal, specialTokens, seed } = options;
  if (target !== undefined && targetId !== undefined)
    throw usageError('give --target or --target-id, not both');
  if (position !== undefined && position !== 'last' && position !== 'mask' && !/^-?\d{1,9}$/.test(position))
    throw usageError(`--position must be last, mask or a position, not "${position}"`);
  const { parseTarget } = await import('../targets/parse-target.js');
  const place =
    position === undefined || position === 'last' || position === 'mask' ? position : Number(position);
  const text = targetId === undefined ? (target ?? 'logit') : `logit:#${targetId}`;
  return {
    target: parseTarget(text, { position: place }),
    featuresFor: featuresFrom(options, input),
    stack: options.stack,
    special: specialTokens === 'keep',
    removal: removal as Removal | undefined,
    seed,
  };
}

function featuresFrom(
  { features: text, slot }: QuestionOptions,
  input: ModelInput,
): (model: Model) => FeatureChoice {
  if (slot !== undefined) {
    if (text !== 'tokens') throw usageError('give --features or --slot, not both');
    return () => slot;
  }
  if (text === 'tokens' || text === 'words' || text === 'sentences' || text === 'paragraphs')
    return () => text;
  if (text === 'turns') {
    if (typeof input !== 'object' || !('messages' in input))
      throw usageError('--features turns goes with --chat or --system');
    return (model) => turnsOf(model, input);
  }
  const pattern = /^\/(.+)\/([imsu]*)$/s.exec(text);
  if (!pattern) {
    throw usageError(
      `--features must be tokens, words, sentences, paragraphs, turns or a /pattern/, not "${text}"`,
    );
  }
  try {
    const expression = new RegExp(pattern[1]!, pattern[2]);
    return () => expression;
  } catch (error) {
    throw usageError(`--features is no pattern: ${(error as Error).message}`);
  }
}

/** The contents of messages as slots of the text that the template makes of them. */
function turnsOf(model: Model, input: ChatInput): Slot[] {
  const { messages } = input;
  const addGenerationPrompt = messages.at(-1)?.role !== 'assistant';
  const { turns } = model.tokenizer.chat(messages, { ...input, addGenerationPrompt });
  return turns.flatMap((turn, i) => {
    return turn ? [{ start: turn[0], end: turn[1], label: `${i + 1} ${messages[i]!.role}` }] : [];
  });
}

/** Reads `name=0:12`. */
function parseSlot(value: string, all: readonly Slot[] = []): Slot[] {
  const [, label, start, end] = /^(.+)=(\d{1,9}):(\d{1,9})$/s.exec(value) ?? [];
  if (label === undefined) throw new InvalidArgumentError('It must be name=start:end, e.g. question=0:24.');
  return [...all, { label, start: Number(start), end: Number(end) }];
}
