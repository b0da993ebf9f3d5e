import {
  type Dimension,
  differentiate,
  type Graph,
  GraphBuilder,
  type Value,
  withScalesOnPath,
} from '../graph/index.js';
import { copiesOf } from './routed-hooks.js';
import type { AnswerScale, TargetDefinition } from './target.js';

/** Names of what a graph with derivatives has besides: the target [batch], its answers' ids, where they are read, what they
 * are compared with. */
export const targetValue = 'target.value';
export const targetIds = 'target.ids';
export const targetPlace = 'target.place';
export const targetReference = 'target.reference';

/** What a derivative is taken of, and with respect to what. */
export interface GradientQuestion {
  readonly definition: TargetDefinition;
  readonly scale: AnswerScale;
  /** The logits that the target reads, see {@link answerLogits}. */
  readonly logits: string;
  /** Whether the target speaks of the model's own best answer; else of ids that are fed. */
  readonly ownBest: boolean;
  /** At how many places of each row the target is read. */
  readonly places: number;
  readonly sources: readonly string[];
  readonly frozen: readonly string[];
}

/**
 * The graph with the target, {@link targetValue}, and its derivatives. It asks for {@link targetIds}, I64 [place, taken,
 * 1] with the places of all rows, unless `ownBest`; where the head answers at positions for {@link targetPlace}, I64 [batch,
 * places, 1], the indices of the positions among those of the logits; and for a comparison for {@link targetReference}.
 */
export function gradientGraph(graph: Graph, question: GradientQuestion): Graph {
  const { definition, scale, ownBest, sources, places } = question;
  // A norm that is frozen is frozen in every copy.
  const frozen = question.frozen.flatMap((name) => [name, ...copiesOf(graph, name)]);
  const builder = GraphBuilder.extend(withScalesOnPath(graph, [...sources, ...frozen]));
  const whole = builder.value(question.logits);
  const batch = whole.shape[0]!;
  const logits = logitsAtPlaces(builder, whole, question);
  const [place, count] = logits.shape as [Dimension, Dimension];
  const best = () => builder.apply('ArgMax', [logits], { axis: -1, keepdims: 1 });
  const ids = ownBest
    ? builder.apply('Unsqueeze', [best()], { axes: [2] })
    : builder.input(targetIds, 'I64', [place, definition.takes, 1]);
  if (ownBest) builder.named(targetIds, builder.apply('Reshape', [ids], { shape: [batch, places, 1] }));
  const compares = definition.reads === 'comparison';
  const reference = compares ? builder.input(targetReference, 'F32', [place, count]) : undefined;
  const values = definition.build({ graph: builder, logits, ids, reference, scale });
  const rows = builder.apply('Reshape', [values], { shape: [batch, places] });
  builder.named(targetValue, builder.apply('ReduceSum', [rows], { axes: [1], keepdims: 0 }));
  return differentiate(builder.build(), targetValue, sources, frozen);
}

/** The logits at all places of all rows, [place, answer]. */
function logitsAtPlaces(
  builder: GraphBuilder,
  whole: Value,
  { definition, places }: GradientQuestion,
): Value {
  if (definition.reads === 'start' || definition.reads === 'end') {
    // Of an answer in the text the answers are the positions themselves.
    const start = definition.reads === 'start' ? 0 : 1;
    const side = builder.apply('Slice', [whole], { axis: 2, start, end: start + 1 });
    return builder.apply('Squeeze', [side], { axes: [2] });
  }
  if (whole.shape.length === 2) return whole;
  const [batch, , answers] = whole.shape as [Dimension, Dimension, Dimension];
  const place = builder.input(targetPlace, 'I64', [batch, places, 1]);
  const chosen = builder.apply('GatherND', [whole, place], { batch_dims: 1 });
  if (places === 1) return builder.apply('Squeeze', [chosen], { axes: [1] });
  return builder.apply('Reshape', [chosen], { shape: ['place', answers] });
}
