import { z } from 'zod';
import { convergenceDelta, sumOf } from './convergence.js';
import { defineMethod } from './method.js';
import { embeddingDeviation, meanOf, movingIndices, randomNumbers } from './noise.js';
import { embeddingShape, pathStart, refusePath, visitSlopes } from './slopes.js';
import { dotByPosition, sumByFeature } from './token-scores.js';

/**
 * The mean over samples of (x − b) ⊙ ∇f(b + α(x − b)) with a random baseline b and a random α in [0, 1) each (Lundberg and
 * Lee 2017, https://arxiv.org/abs/1705.07874; as GradientExplainer of shap). With more samples it becomes integrated
 * gradients, averaged over the baselines.
 */
export const gradientShap = defineMethod({
  name: 'gradient-shap',
  title: 'GradientSHAP',
  aliases: ['gradientshap', 'expected-gradients'],
  summary: 'slopes at random points on the ways from several baselines',
  paper: 'https://arxiv.org/abs/1705.07874',
  family: 'gradient',
  signed: true,
  additive: true,
  options: z.strictObject({
    samples: z.int().min(2).max(100_000).default(50),
    baselines: z.array(z.string()).default([]),
    noise: z.number().min(0).max(10).default(0),
  }),
  refuse: (question, { baselines }) =>
    baselines.length === 0 ? refusePath('GradientSHAP', question) : undefined,
  passes: (_, { samples, baselines }) => samples + 2 * Math.max(1, baselines.length),
  async attribute(question, { samples, baselines, noise }) {
    const { embeddings, tokens, record, seed } = question;
    const texts = baselines.length > 0 ? baselines : [undefined];
    const starts = await Promise.all(texts.map((text) => pathStart(question, text)));
    const { uniform, normal } = randomNumbers(seed);
    const moving = noise > 0 ? movingIndices(question) : [];
    const deviation = noise > 0 ? noise * embeddingDeviation(question) : 0;
    const ways = new Map<number, Float32Array>();
    const found: Float64Array[] = [];
    const begins: number[] = [];
    await visitSlopes(question, {
      shape: embeddingShape(question),
      count: samples + starts.length, // the baselines themselves at the end, for the sum that is to be reached
      point: (i, row) => {
        if (i >= samples) return row.set(starts[i - samples]!.embeddings);
        const begin = starts[Math.floor(uniform() * starts.length)]!.embeddings;
        const share = uniform();
        const end = embeddings.slice();
        for (const at of moving) end[at]! += deviation * normal();
        const way = end.map((value, at) => value - begin[at]!);
        for (let at = 0; at < row.length; at++) row[at] = begin[at]! + share * way[at]!;
        ways.set(i, way);
      },
      visit: (i, value, slope) => {
        const way = ways.get(i);
        ways.delete(i);
        if (way) found.push(sumByFeature(question, dotByPosition(way, slope, tokens.length)));
        else begins.push(value);
      },
    });
    const { mean, standardError } = meanOf(found);
    const value = sumOf(begins) / begins.length;
    const [first] = starts;
    return {
      ...{ scores: mean, standardError },
      errors: [convergenceDelta(sumOf(mean), record.value - value)],
      baseline: {
        removal: first!.removal,
        description: starts.map(({ description }) => description).join(', '),
        value,
      },
      aggregation: `mean over ${samples} points of the signed sum over the embedding and the tokens of a feature`,
    };
  },
});
