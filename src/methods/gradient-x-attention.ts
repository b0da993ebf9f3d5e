import { z } from 'zod';
import {
  type AttentionMap,
  addMaps,
  encoderDecoderRelevance,
  mapTensor,
  multiplyMaps,
  positiveLayerWeights,
  relevance,
} from '../attention-maps/index.js';
import { patternsOf, type Stack } from '../model/index.js';
import { inputOf, type Question } from '../question/index.js';
import { isLong, rowThroughLayers, withoutMap } from './attention/long-texts.js';
import { meanRow, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, patternHook } from './attention/self-attention.js';
import { type Attributed, defineMethod } from './method.js';
import { refuseAtMinimum } from './slopes.js';

/** Attention that speaks for the target, gathered through the layers (Chefer et al. 2021, https://arxiv.org/abs/2103.15679). */
export const gradientXAttention = defineMethod({
  name: 'gradient-x-attention',
  title: 'Gradient × attention',
  aliases: ['chefer', 'generic-attention'],
  summary: 'attention times the positive slope of the target, gathered through the layers',
  paper: 'https://arxiv.org/abs/2103.15679',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({}),
  refuse: (question) => refuseAtMinimum('Gradient × attention', question),
  passes: () => 1,
  async attribute(question) {
    if (question.encoderLength === undefined && isLong(question)) return ofLongText(question);
    const map =
      question.encoderLength === undefined
        ? relevance((await weightsOf(question, [undefined]))[0]!)
        : await relevanceOfBoth(question);
    const destinations = await readPositions(question);
    return {
      ...rowScores(question, meanRow(map, destinations), destinations, 'mean over heads'),
      map: mapTensor(map),
    };
  },
});

/** The weights of each layer of some stacks. */
async function weightsOf(
  question: Question,
  stacks: readonly (Stack | undefined)[],
): Promise<AttentionMap[][]> {
  const { model, target, signal } = question;
  const hooks = stacks.map((stack) => {
    const { layers, hook } = patternsOf(model.dimensions, stack);
    return Array.from({ length: layers }, (_, layer) => hook(layer));
  });
  const all = hooks.flat();
  const run = await model.run(inputOf(question), {
    ...{ capture: all, gradient: { target, of: all } },
    ...(signal ? { signal } : {}),
  });
  return hooks.map((each) =>
    each.map((hook) => positiveLayerWeights(run.activation(hook), run.gradient(hook))),
  );
}

/** The rows of the target alone, r ← r + r · Ā from the last layer to the first. */
async function ofLongText(question: Question): Promise<Attributed> {
  const { model, target, signal } = question;
  const destinations = await readPositions(question);
  const row = await rowThroughLayers(
    question,
    layersOf(question),
    destinations,
    async (upper, layer, stream) => {
      const hook = patternHook(layer);
      using run = await model.run(inputOf(question), {
        ...{ capture: hook, answers: 'none', gradient: { target, of: hook } },
        given: { [`blocks.${layer}.hook_resid_pre`]: stream },
        ...(signal ? { signal } : {}),
      });
      const weights = positiveLayerWeights(run.activation(hook), run.gradient(hook));
      return addMaps(upper, multiplyMaps(upper, weights));
    },
  );
  return { ...rowScores(question, row, destinations, 'mean over heads'), note: withoutMap };
}

/** Relevance of the tokens of encoder and decoder to each token of the decoder. */
async function relevanceOfBoth(question: Question): Promise<AttentionMap> {
  const [encoder, decoder, cross] = await weightsOf(question, ['encoder', 'decoder', 'cross']);
  return encoderDecoderRelevance({ encoder: encoder!, decoder: decoder!, cross: cross! });
}
