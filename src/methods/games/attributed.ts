import type { Question } from '../../question/index.js';
import type { Attributed } from '../method.js';
import type { Shares } from './game.js';

/** What a method that shares out a game says about its features. */
export function attributedShares(
  { removal }: Question,
  { scores, standardError, empty, note }: Shares,
): Attributed {
  const { name, description } = removal;
  return {
    ...{ scores, standardError, note },
    baseline: { removal: name, description, value: empty },
    aggregation: 'share of the difference between the target with all features and with none',
  };
}
