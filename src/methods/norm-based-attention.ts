import { z } from 'zod';
import { type AttentionMap, attentionMap, mapTensor, reduceMaps, rowOf } from '../attention-maps/index.js';
import { pauses } from '../pauses.js';
import {
  type AttentionParts,
  attentionParts,
  isPostNorm,
  partsAt,
  Reconstruction,
  type Whole,
} from './attention/attention-parts.js';
import { isLong, withoutMap } from './attention/long-texts.js';
import { oneOrAll, requirePlaces } from './attention/options.js';
import { meanRow, readPositions, rowScores } from './attention/read-positions.js';
import { layersOf, readStreams, withoutSelfAttention } from './attention/self-attention.js';
import { defineMethod } from './method.js';

const variants = ['weighted', 'residual', 'layer-norm'] as const;

const wholes: Readonly<Record<(typeof variants)[number], Whole>> = {
  weighted: 'attention',
  residual: 'sum',
  'layer-norm': 'norm',
};

/**
 * The length of what each token's value adds, instead of its weight alone (Kobayashi et al. 2020, https://arxiv.org/abs/2004.10102;
 * with residual connections and LayerNorm 2021, https://arxiv.org/abs/2109.07152).
 */
export const normBasedAttention = defineMethod({
  name: 'norm-based-attention',
  title: 'Norm-based attention',
  aliases: ['attention-norms', 'kobayashi'],
  summary: 'the length of what each token adds through attention',
  paper: 'https://arxiv.org/abs/2004.10102',
  family: 'attention',
  signed: false,
  additive: false,
  options: z.strictObject({
    variant: z.enum(variants).default('weighted'),
    layer: oneOrAll,
    head: oneOrAll,
  }),
  refuse(question, { variant, head }) {
    const { id } = question.model;
    if (variant === 'layer-norm' && !isPostNorm(question))
      return `No norm stands behind the sums of ${id}, so the variant layer-norm does not apply: use residual.`;
    if (variant !== 'weighted' && head !== null)
      return `The residual connection belongs to no head, so the variant ${variant} has no head ${head}: use weighted.`;
    return withoutSelfAttention(question);
  },
  passes: ({ layers, heads }, { layer }) => 2 + (layer === null ? layers : 1) * (heads + 4),
  async attribute(question, { variant, layer, head }) {
    requirePlaces(question, { layer, head });
    const layers = layersOf(question, layer);
    const pause = pauses(question);
    const destinations = await readPositions(question);
    const rows = isLong(question) ? destinations : [...question.tokens.keys()];
    const maps: AttentionMap[] = [];
    const reconstruction = new Reconstruction();
    const streams = await readStreams(question, layers);
    for (const [i, each] of layers.entries()) {
      const parts = await attentionParts(question, each, streams[i]!, wholes[variant]);
      maps.push(await lengths(parts, rows, head, reconstruction, pause));
      question.onProgress?.({ done: maps.length, total: layers.length, part: 'layers' });
    }
    const own = isLong(question) ? [...destinations.keys()] : destinations;
    const how = `${head === null ? 'sum of the heads' : `head ${head}`}, ${layer === null ? 'mean over layers' : `layer ${layer}`}`;
    return {
      ...rowScores(question, meanRow(reduceMaps(maps), own), destinations, how),
      errors: [reconstruction.declare()],
      ...(isLong(question) ? { note: withoutMap } : { map: mapTensor(layer === null ? maps : maps[0]!) }),
    };
  },
});

/** ‖part‖ for some destinations and each source. */
async function lengths(
  parts: AttentionParts,
  destinations: readonly number[],
  head: number | null,
  reconstruction: Reconstruction,
  pause: () => Promise<void>,
): Promise<AttentionMap> {
  const map = attentionMap(destinations.length, parts.positions);
  for (const [row, destination] of destinations.entries()) {
    const all = partsAt(parts, destination);
    reconstruction.add(parts, destination, all);
    const chosen = head === null ? all : partsAt(parts, destination, [head]);
    for (const [source, part] of chosen.entries())
      rowOf(map, row)[source] =
        part === null ? 0 : Math.sqrt(part.reduce((sum, each) => sum + each * each, 0));
    await pause();
  }
  return map;
}
