/**
 * Kendall's τ-b, between −1 and 1, in which ties count as neither agreement nor contradiction (Kendall 1945); 0 where one
 * of the lists is constant. O(n²), for lists of features.
 */
export function kendallTau(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [sum, pairsOfA, pairsOfB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = i + 1; j < a.length; j++) {
      const x = Math.sign(a[i]! - a[j]!);
      const y = Math.sign(b[i]! - b[j]!);
      sum += x * y;
      pairsOfA += x * x;
      pairsOfB += y * y;
    }
  }
  return pairsOfA === 0 || pairsOfB === 0 ? 0 : sum / Math.sqrt(pairsOfA * pairsOfB);
}

/** Spearman's ρ: the correlation of the ranks, ties sharing their mean rank; 0 where one of the lists is constant. */
export function spearmanRho(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return pearson(meanRanks(a), meanRanks(b));
}

function meanRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}

function pearson(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    product += (value - meanA) * (b[i]! - meanB);
    squareA += (value - meanA) ** 2;
    squareB += (b[i]! - meanB) ** 2;
  }
  return squareA === 0 || squareB === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
