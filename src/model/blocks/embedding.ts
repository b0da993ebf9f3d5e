import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import { withEmbeddingUpdate } from './low-rank.js';

/** Rows of an embedding table: indices [batch, position] → [batch, position, width]. */
export function embedding(
  context: BuildContext,
  indices: Value,
  name: string,
  rows: number,
  width: number,
): Value {
  const { graph, weights } = context;
  // Half-precision tables are read first and cast after: only the rows in use, not the whole table.
  const found = graph.apply('Gather', [weights.stored(name, [rows, width]), indices], { axis: 0 });
  const embedded = found.dtype === 'F32' ? found : graph.apply('Cast', [found], { to: 'F32' });
  return withEmbeddingUpdate(context, name.replace(/\.weight$/, ''), indices, embedded, rows);
}
