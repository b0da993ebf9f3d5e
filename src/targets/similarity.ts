import type { Value } from '../graph/index.js';
import type { TargetDefinition } from '../model/index.js';

/** The cosine of the angle between the embedding of the text and that of another one. */
export const similarity: TargetDefinition = {
  name: 'similarity',
  aliases: ['cosine'],
  summary: 'cosine between the embeddings of the text and of another one',
  takes: 0,
  needs: 'embedding',
  reads: 'comparison',
  build: ({ graph, logits: embedding, reference }) => {
    const sum = (a: Value, b: Value) =>
      graph.apply('ReduceSum', [graph.apply('Mul', [a, b])], { axes: [-1], keepdims: 0 });
    const lengths = graph.apply('Mul', [sum(embedding, embedding), sum(reference!, reference!)]);
    return graph.apply('Div', [sum(embedding, reference!), graph.apply('Sqrt', [lengths])]);
  },
};
