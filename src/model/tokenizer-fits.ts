import type { Tokenizer } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import type { Dimensions } from './architecture.js';

/** @throws PellucidError `bad-checkpoint` for a tokenizer with ids that the model has no embedding of. */
export function requireTokenizerFits(tokenizer: Tokenizer, { vocabularySize }: Dimensions, id: string): void {
  if (tokenizer.vocabularySize <= vocabularySize) return;
  throw new PellucidError(
    'bad-checkpoint',
    `The tokenizer of ${id} has ${tokenizer.vocabularySize} tokens, but the model only ${vocabularySize} (vocab_size): they do not belong together.`,
  );
}
