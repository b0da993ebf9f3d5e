import type { Target, TargetPosition } from '../model/index.js';
import { parseTarget } from '../targets/parse-target.js';

/** The target of a request. @throws PellucidError as `parseTarget` */
export function targetOf(asked: {
  readonly target: string;
  readonly position?: TargetPosition | undefined;
}): Target {
  return parseTarget(asked.target, { position: asked.position });
}
