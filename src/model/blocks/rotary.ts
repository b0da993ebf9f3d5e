import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';
import { interleave, neighbours } from './neighbours.js';
import { type RotaryFrequencies, type RotarySettings, rotaryFrequencies } from './rotary-frequencies.js';

/** Which features of a head form a pair that is turned: the two halves of the width, or neighbours. */
export type RotaryPairs = 'halves' | 'neighbours';

/** A rotation by position, ready to be applied to queries and keys. */
export interface Rotary {
  /** Cosines and sines of each pair's angle, [batch, position, 1, width / 2]. */
  readonly cosine: Value;
  readonly sine: Value;
  readonly width: number;
  readonly pairs: RotaryPairs;
}

/** The angles of rotary position embedding (Su et al. 2021, https://arxiv.org/abs/2104.09864) for the input's positions. */
export function rotary(
  context: BuildContext,
  settings: RotarySettings,
  pairs: RotaryPairs = 'halves',
): Rotary {
  const { graph, inputs } = context;
  const frequencies = rotaryFrequencies(settings, context.config.where);
  const { long } = frequencies;
  // The growth of theta begins behind the longest text that a model reads.
  if (long) context.past?.dependOnLength((length) => (length > long.above ? 1 : 0));
  const positions = graph.apply('Cast', [inputs.positions], { to: 'F32' });
  const turns = graph.apply('Unsqueeze', [positions], { axes: [2, 3] }); // [batch, position, 1, 1]
  const angles = graph.apply('Mul', [turns, frequenciesOf(context, positions, frequencies, settings)]);
  const scaled = (x: Value) =>
    frequencies.factor === 1 ? x : graph.apply('Mul', [x, graph.scalar(frequencies.factor)]);
  return {
    cosine: scaled(graph.apply('Cos', [angles])),
    sine: scaled(graph.apply('Sin', [angles])),
    width: settings.width,
    pairs,
  };
}

/** Turns the first features of each head by the angle of its position; x: [batch, position, head, feature]. */
export function rotate(context: BuildContext, x: Value, { cosine, sine, width, pairs }: Rotary): Value {
  const { graph } = context;
  const whole = x.shape.at(-1) as number;
  const [turned, rest] =
    whole > width ? graph.applyAll('Split', [x], { axis: -1, sizes: [width, whole - width] }) : [x];
  const [a, b] =
    pairs === 'halves'
      ? graph.applyAll('Split', [turned!], { axis: -1, sizes: [width / 2, width / 2] })
      : neighbours(context, turned!);
  const times = (p: Value, q: Value) => graph.apply('Mul', [p, q]);
  const first = graph.apply('Sub', [times(a!, cosine), times(b!, sine)]);
  const second = graph.apply('Add', [times(b!, cosine), times(a!, sine)]);
  const joined =
    pairs === 'halves'
      ? graph.apply('Concat', [first, second], { axis: -1 })
      : interleave(context, first, second);
  return rest ? graph.apply('Concat', [joined, rest], { axis: -1 }) : joined;
}

/** Frequencies, which may depend on how long each text is: [pair], or [batch, 1, 1, pair]. */
function frequenciesOf(
  context: BuildContext,
  positions: Value,
  { values, long, growth }: RotaryFrequencies,
  settings: RotarySettings,
): Value {
  const { graph } = context;
  const constant = (data: Float32Array) => graph.constant(tensor('F32', [data.length], data));
  if (!long && !growth) return constant(values);
  const last = graph.apply('ReduceMax', [positions], { axes: [1], keepdims: 1 });
  const lengths = graph.apply('Unsqueeze', [last], { axes: [2, 3] });
  const length = graph.apply('Add', [lengths, graph.scalar(1)]); // [batch, 1, 1, 1]
  if (long) {
    const longer = graph.apply('GreaterOrEqual', [length, graph.scalar(long.above + 1)]);
    return graph.apply('Where', [longer, constant(long.values), constant(values)]);
  }
  // theta' = theta · (factor · length / context − (factor − 1))^(width / (width − 2)), as an exponent of each frequency.
  const { above, factor } = growth!;
  const share = graph.apply('Div', [graph.apply('Max', [length, graph.scalar(above)]), graph.scalar(above)]);
  const stretch = graph.apply('Sub', [
    graph.apply('Mul', [share, graph.scalar(factor)]),
    graph.scalar(factor - 1),
  ]);
  const { width } = settings;
  const exponents = Float32Array.from(values, (_, i) => ((-2 * i) / width) * (width / (width - 2)));
  const shrink = graph.apply('Exp', [
    graph.apply('Mul', [graph.apply('Log', [stretch]), constant(exponents)]),
  ]);
  return graph.apply('Mul', [constant(values), shrink]);
}
