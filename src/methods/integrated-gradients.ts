import { z } from 'zod';
import { convergenceDelta, sumOf } from './convergence.js';
import { defineMethod } from './method.js';
import { pathPoints, pathRules } from './path-rules.js';
import { embeddingShape, pathStart, refusePath, visitSlopes } from './slopes.js';
import { sumByFeature, sumByIndex } from './token-scores.js';

/**
 * (x − x′) ⊙ ∫ ∇f(x′ + α(x − x′)) dα over the embeddings, signed (Sundararajan et al. 2017,
 * https://arxiv.org/abs/1703.01365). Tokens that are no features do not move along the path.
 */
export const integratedGradients = defineMethod({
  name: 'integrated-gradients',
  title: 'Integrated gradients',
  aliases: ['ig'],
  summary: 'slopes collected on the way from a baseline to the input',
  paper: 'https://arxiv.org/abs/1703.01365',
  family: 'gradient',
  signed: true,
  additive: true,
  options: z.strictObject({
    steps: z.int().min(2).max(10_000).default(50),
    rule: z.enum(pathRules).default('gauss-legendre'),
    baseline: z.string().optional(),
  }),
  refuse: (question, { baseline }) =>
    baseline === undefined ? refusePath('Integrated gradients', question) : undefined,
  passes: (_, { steps }) => steps + 2,
  async attribute(question, { steps, rule, baseline }) {
    const { embeddings, record } = question;
    const start = await pathStart(question, baseline);
    const way = embeddings.map((value, i) => value - start.embeddings[i]!);
    const { points, weights } = pathPoints(rule, steps);
    const scores = new Float64Array(way.length);
    let begin = 0;
    await visitSlopes(question, {
      shape: embeddingShape(question),
      count: steps + 1, // the last one is the baseline itself, for the sum that is to be reached
      point: (step, row) => {
        const share = points[step] ?? 0;
        for (let i = 0; i < row.length; i++) row[i] = start.embeddings[i]! + share * way[i]!;
      },
      visit: (step, value, slope) => {
        const weight = weights[step];
        if (weight === undefined) begin = value;
        else for (let i = 0; i < slope.length; i++) scores[i]! += weight * way[i]! * slope[i]!;
      },
    });
    const byFeature = sumByFeature(question, sumByIndex(scores, embeddingShape(question), 0));
    return {
      scores: byFeature,
      errors: [convergenceDelta(sumOf(byFeature), record.value - begin)],
      baseline: { removal: start.removal, description: start.description, value: begin },
      aggregation: 'signed sum over the embedding and over the tokens of a feature',
    };
  },
});
