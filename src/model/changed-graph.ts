import { PellucidError } from '../errors.js';
import { cutAt, type Graph, withEditSites, withScalesOnPath } from '../graph/index.js';
import { isOptionalHook } from './optional-hooks.js';
import { copiesOf, routedThrough } from './routed-hooks.js';

/** The hook points that a question touches beyond looking at them. */
export interface TouchedHooks {
  readonly edited: readonly string[];
  readonly given?: readonly string[];
  /** Those that something is differentiated with respect to. */
  readonly sources?: readonly string[];
  readonly frozen?: readonly string[];
}

/**
 * The graph of a model with given and edited hook points as inputs, and every touched one on the computation's way.
 * @throws PellucidError `bad-input` for an edit of a norm of which an optional hook point brings a copy.
 */
export function changedGraph(
  graph: Graph,
  { edited, given = [], sources = [], frozen = [] }: TouchedHooks,
): Graph {
  const optional = [...edited, ...given, ...sources, ...frozen].filter(isOptionalHook);
  const routed = optional.length > 0 ? routedThrough(graph, optional) : graph;
  const copied = [...edited, ...given, ...sources].find((name) => copiesOf(routed, name).length > 0);
  if (copied !== undefined) {
    throw new PellucidError(
      'bad-input',
      `${copied} and ${optional.join(', ')} cannot be edited, given or differentiated in one run: what is read through the latter has a norm of its own.`,
    );
  }
  return withEditSites(cutAt(withScalesOnPath(routed, [...given, ...edited]), given), edited);
}
