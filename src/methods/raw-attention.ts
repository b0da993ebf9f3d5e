import { z } from 'zod';
import { type AttentionMap, layerMap, mapTensor, reduceMaps, reductions } from '../attention-maps/index.js';
import type { DeclaredError } from '../explanations/index.js';
import type { Question } from '../question/index.js';
import { isLong, readLayerMap, withoutMap } from './attention/long-texts.js';
import { oneOrAll, requirePlaces } from './attention/options.js';
import { meanRow, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, readPatterns } from './attention/self-attention.js';
import { defineMethod } from './method.js';

/**
 * How much the target's position attends to each token: attention after the softmax (Bahdanau et al. 2015,
 * https://arxiv.org/abs/1409.0473), made one over heads, then over layers.
 */
export const rawAttention = defineMethod({
  name: 'raw-attention',
  title: 'Raw attention',
  aliases: ['attention'],
  summary: 'how much the position of the target attends to each token',
  paper: 'https://arxiv.org/abs/1409.0473',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({ layer: oneOrAll, head: oneOrAll, aggregate: z.enum(reductions).default('mean') }),
  passes: () => 2,
  async attribute(question, options) {
    requirePlaces(question, options);
    const { layer, head, aggregate } = options;
    const layers = layersOf(question, layer);
    const destinations = await readPositions(question);
    const long = isLong(question);
    const maps: AttentionMap[] = [];
    if (long) {
      for (const each of layers) {
        maps.push(await readLayerMap(question, { layer: each, how: aggregate, head, destinations }));
        question.onProgress?.({ done: maps.length, total: layers.length, part: 'layers' });
      }
    } else {
      const patterns = await readPatterns(question, layers, head);
      maps.push(...patterns.map((pattern) => layerMap(pattern, aggregate)));
    }
    const map = reduceMaps(maps, aggregate);
    const rows = long ? [...destinations.keys()] : destinations;
    const where = [
      head === null ? `${aggregate} over heads` : `head ${head}`,
      layer === null ? `${aggregate} over layers` : `layer ${layer}`,
    ];
    const { encoderLength, tokens } = question;
    const row = new Float64Array(tokens.length);
    row.set(meanRow(map, rows));
    const notes = [...(encoderLength === undefined ? [] : [crossNote]), ...(long ? [withoutMap] : [])];
    return {
      ...rowScores(question, row, destinations, where.join(', then ')),
      ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
      errors: await sinkMass(question, layers, head, destinations),
      ...(long ? {} : { map: mapTensor(map) }),
    };
  },
});

const crossNote =
  'Read from cross attention, which looks at the tokens of the encoder alone: those of the decoder have 0.';

/** The attention that went to learned sinks, in models that have them: it is in no token's score. */
async function sinkMass(
  { model, tokens, signal }: Question,
  layers: readonly number[],
  head: number | null,
  destinations: readonly number[],
): Promise<DeclaredError[]> {
  const hooks = layers
    .map((layer) => `blocks.${layer}.attn.hook_sink_mass`)
    .filter((hook) => model.hooks.includes(hook));
  if (hooks.length === 0) return [];
  const run = await model.run({ tokens }, { capture: hooks, answers: 'none', ...(signal ? { signal } : {}) });
  let sum = 0;
  let count = 0;
  for (const hook of hooks) {
    const masses = run.activation(hook).data as Float32Array; // [head, destination]
    const heads = head === null ? [...Array(masses.length / tokens.length).keys()] : [head];
    for (const each of heads) {
      for (const destination of destinations) {
        sum += masses[each * tokens.length + destination]!;
        count++;
      }
    }
  }
  const value = sum / count;
  return [{ name: 'mean attention to the sink', value, share: value, large: value > 0.5 }];
}
