import { PellucidError } from '../errors.js';
import type { Model } from '../model/index.js';
import { elementCount, type Tensor, tensor } from '../tensor/index.js';
import { type CheckResult, distanceOf, type IdInput, inputOf, larger, resultOf, scaled } from './check.js';

/** Largest difference from the reference in float32, in values up to 1; see {@link scaled}. */
const referenceTolerance = 1e-4;

/** The names of transformers' outputs for the two sides of an encoder-decoder, and how hook points begin there. */
const sides = { '': '', encoder_: 'encoder.', decoder_: 'decoder.' } as const;

/** The token ids of a reference file. @throws PellucidError `bad-checkpoint` when it has none. */
export function referenceInput(reference: ReadonlyMap<string, Tensor>): IdInput {
  const ids = reference.get('token_ids');
  if (ids?.dtype !== 'I64' || elementCount(ids.shape) === 0) {
    throw new PellucidError(
      'bad-checkpoint',
      'The reference file has no tensor token_ids (I64): make it with the script that --reference-script prints.',
    );
  }
  return { tokenIds: [...(ids as Tensor<'I64'>).data].map(Number) };
}

/** The hook point that holds what a tensor of the reference holds, and its columns where it is only some of them. */
interface Place {
  readonly hook: string;
  readonly column?: number;
  /** What the tensor is part of, for the table. */
  readonly group: string;
}

/**
 * Compares a model with what the reference computed on the same token ids: a row for the logits, one for the residual
 * stream, one for the attention patterns, and one that names tensors that no hook point holds.
 */
export async function compareReference(
  model: Model,
  reference: ReadonlyMap<string, Tensor>,
  signal?: AbortSignal,
): Promise<CheckResult[]> {
  const input = inputOf(model, referenceInput(reference).tokenIds);
  const places = new Map<string, Place>();
  const unknown: string[] = [];
  for (const name of reference.keys()) {
    if (name === 'token_ids') continue;
    const place = placeOf(name, model);
    if (place) places.set(name, place);
    else unknown.push(name);
  }
  const capture = [...new Set([...places.values()].map(({ hook }) => hook))];
  const results: CheckResult[] = [];
  if (capture.length > 0) {
    const run = await model.run(input, { capture, signal });
    for (const group of new Set([...places.values()].map((place) => place.group))) {
      const members = [...places].filter(([, place]) => place.group === group);
      let [measured, tolerance, worst] = [0, referenceTolerance, ''];
      for (const [name, place] of members) {
        const found = partOf(run.activation(place.hook), place);
        const expected = fitted(reference.get(name)!, found);
        const gap = distanceOf(found, expected);
        if (!(gap <= measured)) worst = `most in ${name} (${place.hook})`;
        measured = larger(measured, gap);
        tolerance = Math.max(tolerance, scaled(referenceTolerance, expected));
      }
      results.push(resultOf(`reference: ${group}`, { measured, tolerance, note: worst }));
    }
  }
  if (unknown.length > 0 || capture.length === 0) {
    const some = unknown.slice(0, 3).join(', ') + (unknown.length > 3 ? ' …' : '');
    results.push({
      ...{ name: 'reference: other tensors', measured: null, tolerance: null },
      verdict: capture.length === 0 ? 'failed' : 'skipped',
      note: unknown.length > 0 ? `no hook point holds ${some}` : 'the file holds nothing to compare with',
    });
  }
  return results;
}

function placeOf(name: string, model: Model): Place | undefined {
  const known = new Set(model.hooks);
  const at = (hook: string | undefined, group: string, column?: number): Place | undefined =>
    hook !== undefined && known.has(hook)
      ? { hook, group, ...(column !== undefined && { column }) }
      : undefined;
  const whole: Readonly<Record<string, string>> = {
    logits: 'logits',
    prediction_logits: 'logits',
    seq_relationship_logits: 'hook_nsp_out',
    pooler_output: 'hook_pooler_out',
  };
  const hook = whole[name];
  if (hook !== undefined) return at(hook, hook === 'logits' ? 'logits' : name);
  if (name === 'start_logits') return at('logits', 'logits', 0);
  if (name === 'end_logits') return at('logits', 'logits', 1);
  const found = /^(encoder_|decoder_|)(hidden_states|attentions|last_hidden_state)(?:\.(\d+))?$/.exec(name);
  if (found) {
    const side = sides[found[1] as keyof typeof sides];
    const index = Number(found[3]);
    if (found[2] === 'attentions')
      return at(`${side}blocks.${index}.attn.hook_pattern`, 'attention patterns');
    const block = `${side}blocks.${index}.hook_resid_pre`;
    return found[2] === 'hidden_states' && known.has(block)
      ? at(block, 'residual stream')
      : at(
          lastHidden(model, side || (known.has('blocks.0.hook_resid_pre') ? '' : 'decoder.')),
          'last hidden state',
        );
  }
  const cross = /^cross_attentions\.(\d+)$/.exec(name);
  return cross ? at(`decoder.blocks.${cross[1]}.cross_attn.hook_pattern`, 'cross attention') : undefined;
}

/**
 * What transformers calls the last hidden state: what a decoder unembeds, else what stands behind the last norm, where
 * there is one behind the blocks.
 */
function lastHidden({ hooks, architecture }: Model, side: string): string | undefined {
  const own = hooks.findLast(
    (hook) => hook.startsWith(`${side}blocks.`) && hook.endsWith('.hook_resid_post'),
  );
  if (own === undefined) return undefined;
  const closed = own.replace('hook_resid_post', 'hook_normalized_resid_post');
  const unembedded = architecture.causal && side === '' ? ['unembed.hook_in'] : [];
  return [...unembedded, `${side}ln_final.hook_normalized`, closed, own].find((hook) => hooks.includes(hook));
}

/** Whether two values have equal shapes but for axes of length 1, such as a batch or the one score of a detector. */
function sameButForOnes(a: Tensor, b: Tensor): boolean {
  const long = ({ shape }: Tensor) => shape.filter((size) => size !== 1).join();
  return long(a) === long(b);
}

/** The reference's value in the shape that the hook point has. */
function fitted(value: Tensor, own: Tensor): Tensor {
  return sameButForOnes(value, own) ? ({ ...value, shape: own.shape } as Tensor) : value;
}

/** The part of a hook point's value that a tensor of the reference holds. */
function partOf(value: Tensor, { column }: Place): Tensor {
  if (column === undefined) return value;
  const width = value.shape.at(-1)!;
  const data = (value.data as Float32Array).filter((_, i) => i % width === column);
  return tensor('F32', value.shape.slice(0, -1), data);
}
