import type { Graph, Operator } from '../../src/graph/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { kernels } from './index.js';
import { type Kernel, toDoubles } from './kernel.js';

/** Every value of a graph without weights, computed by the reference kernels in double precision. */
export function evaluate(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Map<string, Tensor<'F64'>> {
  const values = new Map<string, Tensor<'F64'>>();
  for (const { name } of graph.inputs) values.set(name, toDoubles(feeds[name]!));
  for (const [name, constant] of graph.constants) values.set(name, toDoubles(constant));
  for (const { operator, inputs, outputs, attributes } of graph.nodes) {
    const kernel = kernels[operator] as Kernel<Operator>;
    const results = kernel(
      inputs.map((name) => values.get(name)!),
      attributes,
    );
    for (const [i, name] of outputs.entries()) values.set(name, results[i]!);
  }
  return values;
}
