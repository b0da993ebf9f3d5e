import { PellucidError } from '../errors.js';
import type { Model } from '../model/index.js';
import type { Tensor } from '../tensor/index.js';
import type { IdInput } from './check.js';
import { referenceInput } from './reference.js';

/** What a model is verified on: a sentence, or ids where it has no tokenizer, if nothing is said. */
export interface InputChoice {
  readonly text?: string | undefined;
  /** Token ids in place of a text. */
  readonly tokenIds?: readonly number[] | undefined;
  /** What the reference implementation computed: the tensors of the file that `referenceScript` writes. */
  readonly reference?: ReadonlyMap<string, Tensor> | undefined;
}

/** The text where none is given. */
export const defaultText = 'The quick brown fox jumps over the lazy dog, and nobody knows why.';

/** Tokens of that text, and the most that may be given: attention patterns are kept whole. */
const usualLength = 32;
const longest = 256;

/** The most tokens of the usual text that a model is given. */
export function usualTokens({ dimensions }: Model): number {
  return Math.min(usualLength, dimensions.contextLength);
}

/**
 * The ids on which a model is verified; those of the reference where only that is given.
 * @throws PellucidError `bad-input` for more than 256 tokens, or a text where there is no tokenizer.
 */
export function chooseInput(model: Model, { text, tokenIds, reference }: InputChoice): IdInput {
  const given = tokenIds ?? (text === undefined ? undefined : idsOf(model, text));
  const input = given ? { tokenIds: given } : reference ? referenceInput(reference) : usualInput(model);
  if (input.tokenIds.length <= longest) return input;
  throw new PellucidError(
    'bad-input',
    `The text has ${input.tokenIds.length} tokens, and a model is verified on at most ${longest}: give a shorter one.`,
  );
}

/** Ids where nothing is given: those of a sentence, or some from all over the vocabulary. */
export function usualInput(model: Model): IdInput {
  const most = usualTokens(model);
  if (model.tokenizer.vocabularySize > 0) return { tokenIds: idsOf(model, defaultText).slice(0, most) };
  const { vocabularySize } = model.dimensions;
  // Low ids are often special tokens, such as padding, which a text does not have inside.
  const first = Math.min(16, Math.floor(vocabularySize / 2));
  const tokenIds = Array.from(
    { length: Math.min(12, most) },
    (_, i) => first + ((i * 7919) % (vocabularySize - first)),
  );
  return { tokenIds };
}

function idsOf({ tokenizer }: Model, text: string): number[] {
  return tokenizer.encode(text).map(({ id }) => id);
}
