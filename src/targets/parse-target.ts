import { distance } from 'fastest-levenshtein';
import { PellucidError } from '../errors.js';
import type { Target, TargetPosition } from '../model/index.js';
import { targets } from './index.js';

export interface TargetOptions {
  /** By default where the model answers: the last token of a causal model, the mask of a masked one. */
  readonly position?: TargetPosition | undefined;
}

/**
 * Reads a target as people write it: its name, and after a colon the answers it speaks of, with a comma between two:
 * `logit: Paris`, `contrast: Paris, London`, `class:positive`, `entropy`, `logit:#262`. Without an answer it is about
 * the model's own best one. Spaces count: they are part of many tokens.
 *
 * @throws PellucidError `not-found` for an unknown name, `bad-input` for a wrong number of answers.
 * @example parseTarget('logit: Paris', { position: -1 })
 */
export function parseTarget(text: string, options: TargetOptions = {}): Target {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const rest = colon < 0 ? '' : text.slice(colon + 1);
  const definition = targets.find((each) => each.name === name || each.aliases.includes(name));
  if (!definition) {
    const names = targets.map((each) => each.name);
    const nearest = names.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
    throw new PellucidError(
      'not-found',
      `There is no target "${name}"; the nearest is "${nearest}", all are ${names.join(', ')}.`,
    );
  }
  const answers = rest === '' ? [] : definition.takes === 2 ? rest.split(',') : [rest];
  const none = answers.length === 0;
  // Some go without: a best answer of the model's own, a comparison with the input itself.
  const may =
    definition.reads === 'comparison'
      ? answers.length <= 1
      : none && definition.takes === 1 && definition.reads !== 'continuation';
  if (answers.length !== definition.takes && !may) {
    const form = ['', `${name}:<answer>`, `${name}:<answer>,<answer>`][definition.takes] || name;
    throw new PellucidError(
      'bad-input',
      `The target "${text}" speaks of ${definition.takes} answers, not ${answers.length}; write ${form}, with #id for an answer that has a comma.`,
    );
  }
  return { definition, answers, position: options.position };
}
