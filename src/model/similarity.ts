import type { SimilarityName } from '../checkpoint/sentence-encoder.js';
import type { Tensor } from '../tensor/index.js';

/**
 * How alike two embeddings are; larger is more alike. As in sentence-transformers, distances count as negative.
 * @param a, b [dimension]
 */
export function similarityOf(a: Tensor<'F32'>, b: Tensor<'F32'>, by: SimilarityName): number {
  const sum = (term: (x: number, y: number) => number): number => {
    let total = 0;
    for (let i = 0; i < a.data.length; i++) total += term(a.data[i]!, b.data[i]!);
    return total;
  };
  const product = sum((x, y) => x * y);
  switch (by) {
    case 'dot':
      return product;
    case 'cosine':
      // An embedding of length 0 points nowhere, and nothing is like it.
      return product / Math.max(1e-12, Math.sqrt(sum((x) => x * x)) * Math.sqrt(sum((_, y) => y * y)));
    case 'euclidean':
      return -Math.sqrt(sum((x, y) => (x - y) ** 2));
    case 'manhattan':
      return -sum((x, y) => Math.abs(x - y));
  }
}
