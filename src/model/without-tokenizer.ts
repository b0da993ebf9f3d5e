import type { Tokenizer } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import type { Token } from '../tensor/index.js';

/**
 * What stands in for the tokenizer of a checkpoint that has none: token ids can be given, and are shown as `#17`.
 * @param id names the checkpoint in messages
 */
export function withoutTokenizer(id: string): Tokenizer {
  const needed = (): never => {
    throw new PellucidError(
      'bad-input',
      `${id} has no tokenizer files, so it cannot read a text: give token ids instead.`,
    );
  };
  const readable = (token: number) => `#${token}`;
  return {
    vocabularySize: 0,
    longestPiece: Number.POSITIVE_INFINITY,
    specialIds: {},
    segmentTypes: [0, 1],
    encode: needed,
    chat: needed,
    decode: (ids) => ids.map(readable).join(' '),
    fromIds: (ids) =>
      ids.map((token): Token => {
        const text = readable(token);
        return { id: token, piece: text, text, offsets: null, segment: 0, special: false };
      }),
    tokenId: () => undefined,
    readable,
  };
}
