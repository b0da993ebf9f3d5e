import { type Tensor, tensor } from '../../tensor/index.js';

/**
 * Sines and cosines of places 0 … rows − 1, [place, feature], the sines in the first half of the width (Vaswani et al. 2017,
 * https://arxiv.org/abs/1706.03762, §3.5, whose order alternates them): the i-th of both turns by 10000^(−2i / width)
 * per place, as transformers computes them for Marian and Pegasus.
 */
export function sinusoids(rows: number, width: number): Tensor<'F32'> {
  const sines = Math.ceil(width / 2);
  const angle = (place: number, i: number) => place / 10_000 ** ((2 * i) / width);
  return table(rows, width, (place, feature) =>
    feature < sines ? Math.sin(angle(place, feature)) : Math.cos(angle(place, feature - sines)),
  );
}

/**
 * As {@link sinusoids}, but the i-th pair turns by 10000^(−i / (width / 2 − 1)) per place, as in tensor2tensor and fairseq;
 * the row of padding is 0. Angles are rounded to float32 at each step, as transformers computes them for M2M-100.
 */
export function fairseqSinusoids(rows: number, width: number, padId: number): Tensor<'F32'> {
  const half = Math.floor(width / 2);
  const slope = Math.fround(-Math.log(10_000) / (half - 1));
  const frequencies = Float32Array.from({ length: half }, (_, i) => Math.exp(Math.fround(i * slope)));
  return table(rows, width, (place, feature) => {
    if (place === padId || feature >= 2 * half) return 0;
    const angle = Math.fround(place * frequencies[feature % half]!);
    return feature < half ? Math.sin(angle) : Math.cos(angle);
  });
}

function table(rows: number, width: number, entry: (place: number, feature: number) => number) {
  const data = Float32Array.from({ length: rows * width }, (_, i) => entry(Math.floor(i / width), i % width));
  return tensor('F32', [rows, width], data);
}
