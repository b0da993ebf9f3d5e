import { PellucidError } from '../errors.js';
import type { LensRow } from '../explanations/index.js';
import type { Model } from '../model/index.js';

/**
 * What is read: `resid`, the stream before the first and after every layer; `mid`, behind attention too; `attn` and `mlp`, what
 * attention and MLP of each layer write, alone.
 */
export const lensPlaces = ['resid', 'mid', 'attn', 'mlp'] as const;
export type LensPlace = (typeof lensPlaces)[number];

/** Whether the norms stand behind the sums, as in BERT: what leaves a block is normalised already. */
export function isPostNorm({ hooks }: Model): boolean {
  return hooks.includes('blocks.0.hook_normalized_resid_post');
}

/** The hook point of the stream behind a layer, as the next one, or the head, reads it. */
export function streamBehind(model: Model, layer: number): string {
  return `blocks.${layer}.${isPostNorm(model) ? 'hook_normalized_resid_post' : 'hook_resid_post'}`;
}

/** Where the last layer ends: what stands behind it is the model's last norm and its head. */
export function endOfStream(model: Model): string {
  return streamBehind(model, model.dimensions.layers - 1);
}

/**
 * The places that are read, from the input to the end.
 * @throws PellucidError `unsupported` for a place that the model does not have.
 */
export function lensRows(model: Model, at: LensPlace): LensRow[] {
  const layers = Array.from({ length: model.dimensions.layers }, (_, layer) => layer);
  const before: LensRow = { label: 'embeddings', hook: 'blocks.0.hook_resid_pre', layer: null };
  const behind = (layer: number): LensRow => ({
    ...{ label: `layer ${layer}`, hook: streamBehind(model, layer), layer },
  });
  const part = (layer: number, name: string, what: string): LensRow => ({
    ...{ label: `layer ${layer} ${what}`, hook: `blocks.${layer}.${name}`, layer },
  });
  const middle = isPostNorm(model) ? 'ln1.hook_normalized' : 'hook_resid_mid';
  const rows = {
    resid: () => [before, ...layers.map(behind)],
    mid: () => [before, ...layers.flatMap((i) => [part(i, middle, 'attention'), behind(i)])],
    attn: () => layers.map((i) => part(i, 'hook_attn_out', 'attention')),
    mlp: () => layers.map((i) => part(i, 'hook_mlp_out', 'MLP')),
  }[at]();
  const missing = rows.find(({ hook }) => !model.hooks.includes(hook));
  if (!missing) return rows;
  throw new PellucidError(
    'unsupported',
    `${model.id} has no ${missing.hook}, so a lens cannot read "${at}" there: read "resid".`,
  );
}

/** Refuses a model whose answers are no tokens, or that has two stacks. @throws PellucidError `unsupported` */
export function requireVocabulary({ id, task, dimensions }: Model): void {
  const reason = dimensions.decoder
    ? 'it has an encoder and a decoder'
    : task === 'causal-lm' || task === 'masked-lm'
      ? undefined
      : 'it does not answer with tokens';
  if (reason !== undefined)
    throw new PellucidError('unsupported', `A lens cannot read ${id}: ${reason}; use explain.`);
}
