import { type Command, Option } from 'commander';
import type { FeatureChoice } from '../features/index.js';
import type { Target } from '../model/index.js';
import type { Removal } from '../question/index.js';
import { usageError } from './failure.js';
import { parseIndex } from './input-options.js';

/** Options that say what is explained. */
export interface QuestionOptions {
  readonly target?: string;
  readonly targetId?: number;
  readonly position?: string;
  readonly features: string;
  readonly removal?: string;
  readonly specialTokens: 'keep' | 'drop';
  readonly seed: number;
}

/** What a command asks of a model. */
export interface AskedFor {
  readonly target: Target;
  readonly features: FeatureChoice;
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
      'tokens, words, sentences, paragraphs, or a /pattern/ whose matches they are',
      'tokens',
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
export async function questionFrom(options: QuestionOptions): Promise<AskedFor> {
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
    features: featuresFrom(options.features),
    special: specialTokens === 'keep',
    removal: removal as Removal | undefined,
    seed,
  };
}

function featuresFrom(text: string): FeatureChoice {
  if (text === 'tokens' || text === 'words' || text === 'sentences' || text === 'paragraphs') return text;
  const pattern = /^\/(.+)\/([imsu]*)$/s.exec(text);
  if (!pattern)
    throw usageError(`--features must be tokens, words, sentences, paragraphs or a /pattern/, not "${text}"`);
  try {
    return new RegExp(pattern[1]!, pattern[2]);
  } catch (error) {
    throw usageError(`--features is no pattern: ${(error as Error).message}`);
  }
}
