import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** The even and the odd features of the last axis, each half as many. */
export function neighbours({ graph }: Pick<BuildContext, 'graph'>, x: Value): [Value, Value] {
  const outer = x.shape.slice(0, -1);
  const half = (x.shape.at(-1) as number) / 2;
  const pairs = graph.apply('Reshape', [x], { shape: [...outer, half, 2] });
  const [even, odd] = graph
    .applyAll('Split', [pairs], { axis: -1, sizes: [1, 1] })
    .map((part) => graph.apply('Squeeze', [part], { axes: [-1] }));
  return [even!, odd!];
}

/** The reverse of {@link neighbours}. */
export function interleave({ graph }: Pick<BuildContext, 'graph'>, even: Value, odd: Value): Value {
  const pairs = graph.apply(
    'Concat',
    [even, odd].map((x) => graph.apply('Unsqueeze', [x], { axes: [-1] })),
    { axis: -1 },
  );
  const width = 2 * (even.shape.at(-1) as number);
  return graph.apply('Reshape', [pairs], { shape: [...even.shape.slice(0, -1), width] });
}
