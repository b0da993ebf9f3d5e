import { differentiate, type Graph, GraphBuilder, withScalesOnPath } from '../graph/index.js';
import { copiesOf } from './routed-hooks.js';
import type { AnswerScale, TargetDefinition } from './target.js';

/** Names of what a graph with derivatives has besides: the target [batch], its answers' ids, where they are read. */
export const targetValue = 'target.value';
export const targetIds = 'target.ids';
export const targetPlace = 'target.place';

/** What a derivative is taken of, and with respect to what. */
export interface GradientQuestion {
  readonly definition: TargetDefinition;
  readonly scale: AnswerScale;
  /** The logits that the target reads, see {@link answerLogits}. */
  readonly logits: string;
  /** Whether the target speaks of the model's own best answer; else of ids that are fed. */
  readonly ownBest: boolean;
  readonly sources: readonly string[];
  readonly frozen: readonly string[];
}

/**
 * The graph with the target, {@link targetValue}, and its derivatives. It asks for {@link targetIds}, I64 [batch, taken,
 * 1], unless `ownBest`; and where the head answers at positions for {@link targetPlace}, I64 [batch, 1, 1], the index of
 * the position among those of the logits.
 */
export function gradientGraph(graph: Graph, question: GradientQuestion): Graph {
  const { definition, scale, ownBest, sources } = question;
  // A norm that is frozen is frozen in every copy.
  const frozen = question.frozen.flatMap((name) => [name, ...copiesOf(graph, name)]);
  const builder = GraphBuilder.extend(withScalesOnPath(graph, [...sources, ...frozen]));
  let logits = builder.value(question.logits);
  if (logits.shape.length === 3) {
    const place = builder.input(targetPlace, 'I64', [logits.shape[0]!, 1, 1]);
    const row = builder.apply('GatherND', [logits, place], { batch_dims: 1 });
    logits = builder.apply('Squeeze', [row], { axes: [1] });
  }
  const ids = ownBest
    ? builder.named(
        targetIds,
        builder.apply('Unsqueeze', [builder.apply('ArgMax', [logits], { axis: -1, keepdims: 1 })], {
          axes: [2],
        }),
      )
    : builder.input(targetIds, 'I64', [logits.shape[0]!, definition.takes, 1]);
  builder.named(targetValue, definition.build({ graph: builder, logits, ids, scale }));
  return differentiate(builder.build(), targetValue, sources, frozen);
}
