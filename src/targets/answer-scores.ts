import type { Value } from '../graph/index.js';
import type { TargetContext } from '../model/index.js';

/** The scores of the answers that a target speaks of: [place, answer] → [place, taken]. */
export function scoresOfAnswers({ graph, ids }: TargetContext, scores: Value): Value {
  return graph.apply('GatherND', [scores, ids], { batch_dims: 1 });
}

/** The score of the one answer that a target speaks of: [place, answer] → [place]. */
export function scoreOfAnswer(context: TargetContext, scores: Value): Value {
  return context.graph.apply('Squeeze', [scoresOfAnswers(context, scores)], { axes: [1] });
}

/** The score of the first of two answers minus that of the second: [place, answer] → [place]. */
export function contrastOfAnswers(context: TargetContext): Value {
  const { graph } = context;
  const both = scoresOfAnswers(context, context.logits);
  const [x, y] = graph.applyAll('Split', [both], { axis: 1, sizes: [1, 1] });
  return graph.apply('Squeeze', [graph.apply('Sub', [x!, y!])], { axes: [1] });
}

/** log P of every answer, [place, answer], where answers exclude each other or each is a question of its own. */
export function logProbabilities({ graph, logits, scale }: TargetContext): Value {
  if (scale === 'softmax') return graph.apply('LogSoftmax', [logits], { axis: -1 });
  // log sigmoid(x) = −softplus(−x), which does not overflow.
  return graph.apply('Neg', [graph.apply('Softplus', [graph.apply('Neg', [logits])])]);
}
