import type { Tokenizer } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import type { Token } from '../tensor/index.js';
import { type Architecture, answersHook, type Task } from './architecture.js';
import type { ModelGraph } from './create-graph.js';

/** Positions at which a model answers: by name, or counted from 0 (negative ones from the end). */
export type AnswerPositions = 'all' | 'none' | readonly number[];

/** What decides where a model answers. */
export interface Answering {
  /** Whether its head reads chosen positions at all. */
  readonly answers: boolean;
  readonly task: Task;
  readonly maskId: number | undefined;
  /** `pad_token_id` of the config. */
  readonly padId: number | null;
}

/** What decides where a model of a graph answers. */
export function answeringOf(
  { graph, config, task, dimensions }: Pick<ModelGraph, 'graph' | 'config' | 'task' | 'dimensions'>,
  { causal }: Architecture,
  tokenizer: Tokenizer,
): Answering {
  return {
    answers: graph.values.has(answersHook) || (task === 'sequence-classification' && causal),
    task,
    maskId: tokenizer.specialIds.mask,
    // What an encoder-decoder classifies ends with its end token.
    padId: dimensions.decoder ? null : config.tokenId('pad_token_id', null),
  };
}

/**
 * The positions that the head of a model reads, in order; empty where it does not read single positions.
 * @throws PellucidError `bad-input` for a position outside the text.
 */
export function answerPositions(
  wanted: AnswerPositions | undefined,
  tokens: readonly Token[],
  head: Answering,
): number[] {
  if (!head.answers) return [];
  const all = tokens.map((_, position) => position);
  const last = tokens.length - 1;
  if (head.task === 'sequence-classification') {
    // As in transformers: the rightmost token that is not padding, even where the text itself ends with that id.
    const found = tokens.findLastIndex((token) => token.id !== head.padId);
    return [head.padId === null ? last : Math.max(0, found)];
  }
  if (wanted === 'none') return [];
  if (wanted === 'all') return all;
  if (wanted) {
    return wanted.map((position) => {
      const found = position < 0 ? position + tokens.length : position;
      if (!Number.isInteger(found) || found < 0 || found > last) {
        throw new PellucidError(
          'bad-input',
          `Position ${position} is outside the text, which has ${tokens.length} tokens (0 to ${last}).`,
        );
      }
      return found;
    });
  }
  if (head.task === 'causal-lm') return [last];
  const masked = all.filter((position) => tokens[position]!.id === head.maskId);
  return masked.length > 0 ? masked : all;
}
