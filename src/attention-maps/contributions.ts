/**
 * How much each part of a sum makes it up: c_j = max(‖y‖₁ − ‖y − T_j‖₁, 0), divided by the sum of all c (Ferrando et al. 2022,
 * ALTI, https://arxiv.org/abs/2203.04212, §3.2). All zeros where no part brings y closer to what it is.
 * @param whole y, [width].
 * @param parts Each T_j, [width]; null for one that is zero.
 */
export function contributions(
  whole: ArrayLike<number>,
  parts: readonly (ArrayLike<number> | null)[],
): Float64Array {
  let norm = 0;
  for (let i = 0; i < whole.length; i++) norm += Math.abs(whole[i]!);
  const found = Float64Array.from(parts, (part) => {
    if (part === null) return 0;
    let distance = 0;
    for (let i = 0; i < whole.length; i++) distance += Math.abs(whole[i]! - part[i]!);
    return Math.max(norm - distance, 0);
  });
  const sum = found.reduce((a, b) => a + b, 0);
  return sum > 0 ? found.map((each) => each / sum) : found;
}
