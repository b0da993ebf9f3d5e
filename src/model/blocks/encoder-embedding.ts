import type { Value } from '../../graph/index.js';
import type { BuildContext, Dimensions } from '../architecture.js';
import { embedding } from './embedding.js';
import { layerNorm } from './layer-norm.js';

/** Sizes of an encoder's embeddings. */
export interface EncoderTables extends Pick<Dimensions, 'vocabularySize' | 'segments'> {
  /** Width of the tables, which need not be that of the residual stream. */
  readonly width: number;
  /** Rows of the table of positions; undefined where there is none. */
  readonly places: number | undefined;
  /** Row of each token in the table of positions, I64 [batch, position]; `inputs.positions` by default. */
  readonly positions?: Value;
}

/**
 * word[token] + token_type[segment] + position[position], [batch, position, width], from the weights `embeddings.…` of
 * BERT's family. Hook points: `hook_embed`, `embed.hook_token_type_embed` (where there are segments) and `hook_pos_embed`
 * (where there are positions).
 */
export function sumOfEmbeddings(context: BuildContext, tables: EncoderTables): Value {
  const { graph, inputs } = context;
  const { width, vocabularySize, segments, places, positions = inputs.positions } = tables;
  const table = (name: string, indices: Value, rows: number) =>
    embedding(context, indices, `embeddings.${name}_embeddings.weight`, rows, width);
  const word = graph.hook('hook_embed', table('word', inputs.tokens, vocabularySize));
  const parts: Value[] = [];
  if (segments > 0)
    parts.push(graph.hook('embed.hook_token_type_embed', table('token_type', inputs.segments, segments)));
  if (places !== undefined) parts.push(graph.hook('hook_pos_embed', table('position', positions, places)));
  return parts.reduce((sum, part) => graph.apply('Add', [sum, part]), word);
}

/** LayerNorm of {@link sumOfEmbeddings}, from `embeddings.LayerNorm`. */
export function encoderEmbedding(
  context: BuildContext,
  { epsilon, ...tables }: EncoderTables & { readonly epsilon: number },
): Value {
  const sum = sumOfEmbeddings(context, tables);
  return layerNorm(context, sum, { weights: 'embeddings.LayerNorm' }, tables.width, epsilon);
}

/**
 * Rows of the table of positions as fairseq counts them, I64 [batch, position]: the first token has padId + 1, and a
 * token whose id is that of padding has padId and is not counted.
 */
export function positionsBehindPadding({ graph, inputs, past }: BuildContext, padId: number): Value {
  const ids = graph.apply('Cast', [inputs.tokens], { to: 'F32' });
  const padding = graph.apply('Cast', [graph.apply('Equal', [ids, graph.scalar(padId)])], { to: 'F32' });
  const others = graph.apply('Sub', [graph.scalar(1), padding]);
  const counted = graph.apply('Mul', [others, inputs.mask]);
  // Of a text that is continued every earlier token counts, as in transformers.
  const places = past
    ? graph.apply('Add', [graph.apply('Cast', [inputs.positions], { to: 'F32' }), graph.scalar(1)])
    : graph.apply('CumSum', [counted], { axis: 1 });
  const count = graph.apply('Mul', [places, counted]);
  return graph.apply('Cast', [graph.apply('Add', [count, graph.scalar(padId)])], { to: 'I64' });
}
