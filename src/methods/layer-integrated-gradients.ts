import { z } from 'zod';
import { PellucidError } from '../errors.js';
import { givenEmbeddings, inputOf, type Question } from '../question/index.js';
import { convergenceDelta, sumOf } from './convergence.js';
import { defineMethod } from './method.js';
import { pathPoints, pathRules } from './path-rules.js';
import { type PathStart, pathStart, refusePath, visitSlopes } from './slopes.js';
import { sumByFeature, sumByIndex } from './token-scores.js';

/**
 * Integrated gradients of the value at a hook point: the path is straight in that value, from what it is for the
 * baseline to what it is for the input, and what follows is computed anew at each point.
 */
export const layerIntegratedGradients = defineMethod({
  name: 'layer-integrated-gradients',
  title: 'Layer integrated gradients',
  aliases: ['layer-ig', 'lig'],
  summary: 'integrated gradients of the value at any hook point',
  paper: 'https://arxiv.org/abs/1703.01365',
  family: 'gradient',
  signed: true,
  additive: true,
  options: z.strictObject({
    hook: z
      .string()
      .regex(/^[^*]+$/, 'name one hook point')
      .default('blocks.0.hook_resid_pre'),
    steps: z.int().min(2).max(10_000).default(50),
    rule: z.enum(pathRules).default('gauss-legendre'),
    baseline: z.string().optional(),
  }),
  refuse: (question, { hook, baseline }) => {
    if (question.encoderLength !== undefined && !/^(?:en|de)coder\./.test(hook))
      return `${question.model.id} has an encoder and a decoder: name a hook point of one, such as encoder.blocks.0.hook_resid_pre, for layer-integrated-gradients.`;
    return baseline === undefined ? refusePath('Layer integrated gradients', question) : undefined;
  },
  passes: (_, { steps }) => steps + 4,
  async attribute(question, { hook, steps, rule, baseline }) {
    const { record } = question;
    const start = await pathStart(question, baseline);
    const { shape, axis, from, to } = await ends(question, hook, start);
    // Masked scores are −∞ at both ends.
    const way = to.map((value, i) => (value === from[i] ? 0 : value - from[i]!));
    const { points, weights } = pathPoints(rule, steps);
    const scores = new Float64Array(way.length);
    let begin = 0;
    await visitSlopes(question, {
      ...{ hook, shape },
      count: steps + 1, // the last one is the beginning itself, for the sum that is to be reached
      point: (step, row) => {
        const share = points[step] ?? 0;
        for (let i = 0; i < row.length; i++) row[i] = from[i]! + share * way[i]!;
      },
      visit: (step, value, slope) => {
        const weight = weights[step];
        if (weight === undefined) begin = value;
        else for (let i = 0; i < slope.length; i++) scores[i]! += weight * way[i]! * slope[i]!;
      },
    });
    const byPosition = atOwnPositions(question, hook, sumByIndex(scores, shape, axis));
    const byFeature = sumByFeature(question, byPosition);
    const difference = record.value - begin;
    const outside = sumOf(byPosition) - sumOf(byFeature);
    return {
      scores: byFeature,
      errors: [
        convergenceDelta(sumOf(byPosition), difference),
        {
          ...{ name: 'on tokens that are no features', value: outside, large: false },
          share: difference === 0 ? null : Math.abs(outside / difference),
        },
      ],
      baseline: {
        removal: start.removal,
        description: `${hook} of ${start.description}`,
        value: begin,
      },
      aggregation: `signed sum over ${hook} at each position and over the tokens of a feature`,
    };
  },
});

/** The value of a hook point for the input and for the baseline, and which of its axes are the positions. */
async function ends(question: Question, hook: string, start: PathStart) {
  const { model, embeddings, signal } = question;
  const both = new Float32Array(2 * embeddings.length);
  both.set(start.embeddings);
  both.set(embeddings, embeddings.length);
  const input = inputOf(question);
  const runs = await model.runBatch([input, input], {
    ...{ capture: hook, answers: 'none' },
    given: givenEmbeddings(question, 2, both),
    ...(signal ? { signal } : {}),
  });
  const [from, to] = runs.map((run) => run.activation(hook));
  const axis = to!.axes!.findIndex((name) => name === 'position' || name === 'source');
  if (axis < 0) {
    throw new PellucidError(
      'unsupported',
      `The value of ${hook} has no positions that scores could be given to: choose another hook point, such as blocks.0.hook_resid_pre.`,
    );
  }
  return { shape: to!.shape, axis, from: from!.data as Float32Array, to: to!.data as Float32Array };
}

/** Hook points of the decoder whose positions, or sources, are the encoder's. */
const readsEncoder = /\.cross_attn\.hook_(?:k|v|attn_scores|pattern)$/;

/** Scores of one sequence's positions, among those of all tokens. */
function atOwnPositions(
  { tokens, encoderLength }: Question,
  hook: string,
  scores: Float64Array,
): Float64Array {
  if (encoderLength === undefined) return scores;
  const all = new Float64Array(tokens.length);
  all.set(scores, hook.startsWith('encoder.') || readsEncoder.test(hook) ? 0 : encoderLength);
  return all;
}
