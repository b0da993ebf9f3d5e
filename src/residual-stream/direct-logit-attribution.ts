import { PellucidError } from '../errors.js';
import { type Contributions, schemaVersion } from '../explanations/index.js';
import type { Model, ModelInput, Run, Target } from '../model/index.js';
import { parseTarget } from '../targets/parse-target.js';
import { tensor } from '../tensor/index.js';
import { headRows, neuronRows } from './component-parts.js';
import { type ContributionsOptions, dot, type LinearEnd, type Row, read, row } from './linear-end.js';
import type { ReadingDefinition } from './reading.js';
import { endOfStream, isPostNorm } from './stream-places.js';

/**
 * A score as the sum of what each component writes to the residual stream, through the last norm with the scale that it really
 * had (Elhage et al. 2021; `ActivationCache.logit_attrs` of TransformerLens).
 */
export const directLogitAttribution: ReadingDefinition = {
  name: 'direct-logit-attribution',
  title: 'Direct logit attribution',
  summary: 'what each layer, head or neuron adds to a score by itself',
  paper: 'Elhage et al. 2021, https://transformer-circuits.pub/2021/framework/index.html',
  gives: 'contributions',
};

/** Shares of the whole below this are rounding of float32. */
const rounding = 1e-4;

/** Targets that are linear in the logits. */
const linear = ['class', 'contrast', 'logit'];

/**
 * Takes a score apart: each row is what one component adds to it by itself, and the rows add up to the score. No weights are read or
 * changed: the rows are products of what is written and the derivative of the score with the last norm's scale frozen.
 * @throws PellucidError `unsupported` where the score is not linear in what is written: blocks whose norms stand behind the sums,
 * heads with an activation, other targets; `bad-input`, `not-found`, `non-finite`, `cancelled`.
 * @example
 * const parts = await contributions(model, 'Anna met Tom. Anna met', { target: 'contrast: Tom, Anna', unit: 'head' });
 */
export async function contributions(
  model: Model,
  input: ModelInput,
  options: ContributionsOptions = {},
): Promise<Contributions> {
  const { unit = 'component', top = 50, truncate = false, signal } = options;
  const { target: asked = 'logit' } = options;
  const target = typeof asked === 'string' ? parseTarget(asked) : asked;
  requireLinear(model, target);
  if (!Number.isInteger(top) || top < 1)
    throw new PellucidError('bad-input', `The number of neurons with a row (top) is 1 or more, not ${top}.`);
  const settled = await model.resolveTarget(input, target, { truncate, ...(signal ? { signal } : {}) });
  const end = endOfStream(model);
  const scale = 'ln_final.hook_scale';
  const frozen = model.hooks.includes(scale) ? [scale] : [];
  const layers = Array.from({ length: model.dimensions.layers }, (_, layer) => layer);
  const before = ['hook_embed', 'hook_pos_embed', 'blocks.0.hook_resid_pre'];
  const present = before.filter((hook) => model.hooks.includes(hook));
  const outputs = layers.flatMap((i) => [`blocks.${i}.hook_attn_out`, `blocks.${i}.hook_mlp_out`]);
  const run = await model.run(settled.input, {
    ...{ capture: [...new Set([...present, ...outputs, end, ...frozen])], answers: 'none', truncate },
    gradient: { target: settled.target, of: end, freeze: frozen },
    ...(signal ? { signal } : {}),
  });
  const record = run.target;
  const slope = run.gradient(end).data as Float32Array;
  const counts = (hook: string) => dot(slope, read(run, hook));
  // Every further pass is about the same answers at the same place.
  const fixed: Target = {
    ...settled.target,
    answers: record.answers.map(({ id }) => id),
    ...(record.position === null ? {} : { position: record.position }),
  };
  const constant = await valueOfNothing(model, run, fixed, end, frozen, signal);
  const attention = layers.map((i) => counts(`blocks.${i}.hook_attn_out`));
  const mlp = layers.map((i) => counts(`blocks.${i}.hook_mlp_out`));
  const linearEnd: LinearEnd = {
    ...{ model, input: { tokens: run.tokens }, target: fixed, options, attention, mlp },
  };
  const rows: Row[] = [...embeddingRows(run, present, counts)];
  if (unit === 'head') rows.push(...(await headRows(linearEnd)));
  else if (unit === 'neuron') rows.push(...(await neuronRows(linearEnd, top)));
  else
    for (const i of layers)
      rows.push(
        ...(unit === 'layer'
          ? [row('layer', `layer ${i}`, attention[i]! + mlp[i]!, i)]
          : [
              row('attention', `layer ${i}, attention`, attention[i]!, i),
              row('mlp', `layer ${i}, MLP`, mlp[i]!, i),
            ]),
      );
  rows.push(row('constant', 'biases of the end', constant));
  const written = counts(end);
  const size = Math.max(...rows.map(({ value }) => Math.abs(value)), Math.abs(record.value));
  const bent = record.value - constant - written;
  const curved = Math.abs(bent) > rounding * size;
  if (curved) rows.push(row('soft-cap', 'bend of the soft cap', bent));
  const rest = written + constant + (curved ? bent : 0) - rows.reduce((sum, { value }) => sum + value, 0);
  if (Math.abs(rest) > rounding * size) rows.push(row('remainder', 'what else is written', rest));
  const error = Math.abs(record.value - rows.reduce((sum, { value }) => sum + value, 0));
  const share = error / size;
  return {
    ...{ schemaVersion, kind: 'contributions', method: 'direct-logit-attribution' },
    options: { unit, ...(unit === 'neuron' ? { top } : {}) },
    ...{ subject: run.subject, tokens: run.tokens, target: record },
    components: rows.map(({ label, part, layer, index }) => ({ label, part, layer, index })),
    values: tensor(
      'F32',
      [rows.length],
      Float32Array.from(rows, ({ value }) => value),
      ['component'],
    ) as Contributions['values'],
    errors: [{ name: 'reconstruction error', value: error, share, large: share > rounding }],
  };
}

function requireLinear(model: Model, { definition }: Target): void {
  const { id, task, architecture, dimensions } = model;
  const instead = 'use explain with the method integrated-gradients';
  const refuse = (reason: string) => {
    throw new PellucidError(
      'unsupported',
      `The answer of ${id} cannot be taken apart: ${reason}; ${instead}.`,
    );
  };
  if (dimensions.decoder) refuse('it has an encoder and a decoder');
  if (task === 'base') refuse('it has no head that answers');
  if (isPostNorm(model)) refuse('its norms stand behind the sums, so no write reaches the end as it is');
  if (!architecture.causal) refuse('its head is not linear');
  if (!linear.includes(definition.name))
    throw new PellucidError(
      'unsupported',
      `The target "${definition.name}" is no sum of what is written: take ${linear.join(', ')}.`,
    );
}

/** What the end makes of an empty stream, with the scale of the real one: its biases. */
async function valueOfNothing(
  model: Model,
  run: Run,
  target: Target,
  end: string,
  frozen: readonly string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const { shape } = run.activation(end);
  const nothing = tensor('F32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
  const scales = frozen.map((hook) => [hook, run.activation(hook)] as const);
  const empty = await model.run(
    { tokens: run.tokens },
    {
      ...{ capture: [], answers: 'none', gradient: { target, of: [] } },
      given: { [end]: nothing, ...Object.fromEntries(scales) },
      ...(signal ? { signal } : {}),
    },
  );
  return empty.target.value;
}

/** Tokens and positions apart, where what enters the first block is their sum; else as one. */
function embeddingRows(run: Run, present: readonly string[], counts: (hook: string) => number): Row[] {
  const names = { hook_embed: 'token embeddings', hook_pos_embed: 'position embeddings' } as const;
  const stream = read(run, 'blocks.0.hook_resid_pre');
  const parts = (['hook_embed', 'hook_pos_embed'] as const).filter((hook) => present.includes(hook));
  const values = parts.map((hook) => read(run, hook));
  const largest = stream.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const together = stream.every((each, i) => {
    const sum = values.reduce((total, value) => total + value[i]!, 0);
    return Math.abs(each - sum) <= rounding * largest;
  });
  if (!together) return [row('embedding', 'embeddings', counts('blocks.0.hook_resid_pre'))];
  return parts.map((hook) =>
    row(hook === 'hook_embed' ? 'embedding' : 'position', names[hook], counts(hook)),
  );
}
