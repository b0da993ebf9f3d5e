import type { Run } from '../model/index.js';
import type { Tensor } from '../tensor/index.js';
import { type Check, distanceOf, hooksNamed, larger, orderTolerance, scaled } from './check.js';

/** A way in which the values of a block may add up: the sum of these hook points is that one. */
interface Sum {
  readonly terms: readonly string[];
  readonly total: string;
}

/** The sums that attention's output is part of: in pre-norm and post-norm blocks, and behind a norm (BLOOM). */
const attentionSums: readonly Sum[] = [
  { terms: ['hook_resid_pre', 'hook_attn_out'], total: 'hook_resid_mid' },
  { terms: ['ln1.hook_normalized', 'hook_attn_out'], total: 'hook_resid_mid' },
];

/** The sums that the MLP's output is part of: pre-norm, post-norm, behind a norm, and beside attention. */
const mlpSums: readonly Sum[] = [
  { terms: ['hook_resid_mid_cross', 'hook_mlp_out'], total: 'hook_resid_post' },
  { terms: ['hook_resid_mid', 'hook_mlp_out'], total: 'hook_resid_post' },
  { terms: ['ln1.hook_normalized', 'hook_mlp_out'], total: 'hook_resid_post' },
  { terms: ['ln2.hook_normalized', 'hook_mlp_out'], total: 'hook_resid_post' },
  { terms: ['hook_resid_pre', 'hook_attn_out', 'hook_mlp_out'], total: 'hook_resid_post' },
];

/** Prefixes of the blocks (`blocks.0.`, `decoder.blocks.3.`) that have a hook point. */
function blocksWith(hooks: readonly string[], last: string): string[] {
  return hooks.flatMap((hook) => (hook.endsWith(`.${last}`) ? [hook.slice(0, -last.length)] : []));
}

function sumCheck(name: string, part: string, sums: readonly Sum[]): Check {
  return {
    name,
    without: ({ model }) =>
      sidesOf(model.hooks, part).every((side) => !sums.some((sum) => fits(sum, model.hooks, side)))
        ? 'its blocks have no such hook points'
        : undefined,
    measure: async ({ model, input, signal }) => {
      const wanted = new Set(sums.flatMap(({ terms, total }) => [...terms, total]));
      const capture = [...wanted].flatMap((last) => hooksNamed(model, last));
      const run = await model.run(input, { capture, answers: 'none', signal });
      const sides = sidesOf(model.hooks, part).map((blocks) => {
        // A side adds up in one way, the same in every block: the way that fits best is the one that is held.
        const known = sums.filter((sum) => fits(sum, model.hooks, blocks));
        const found = known.map((sum) => ({ sum, ...errorOf(sum, run, blocks) }));
        return found.toSorted((a, b) => a.measured - b.measured)[0];
      });
      const best = sides.filter((side) => side !== undefined);
      const ways = best.map(({ sum }) => `${sum.terms.map(short).join(' + ')} = ${short(sum.total)}`);
      return {
        measured: best.reduce((most, side) => larger(most, side.measured), 0),
        tolerance: Math.max(...best.map((side) => side.tolerance)),
        note: [...new Set(ways)].join('; '),
      };
    },
  };
}

/** The blocks that have a hook point: of an encoder, of a decoder, and of a model that is only one of them. */
function sidesOf(hooks: readonly string[], part: string): string[][] {
  const blocks = blocksWith(hooks, part);
  const sides = ['encoder.blocks.', 'decoder.blocks.', 'blocks.'];
  return sides
    .map((side) => blocks.filter((block) => block.startsWith(side)))
    .filter((side) => side.length > 0);
}

/** Whether every one of these blocks has what a sum speaks of. */
function fits({ terms, total }: Sum, hooks: readonly string[], blocks: readonly string[]): boolean {
  const all = new Set(hooks);
  return (
    blocks.length > 0 && blocks.every((block) => [...terms, total].every((last) => all.has(block + last)))
  );
}

function errorOf({ terms, total }: Sum, run: Run, blocks: readonly string[]) {
  let measured = 0;
  let tolerance = orderTolerance;
  for (const block of blocks) {
    const values = terms.map((last) => run.activation(block + last) as Tensor<'F32'>);
    const expected = run.activation(block + total) as Tensor<'F32'>;
    const data = expected.data.map((_, i) => values.reduce((sum, value) => sum + value.data[i]!, 0));
    measured = larger(measured, distanceOf({ ...expected, data }, expected));
    tolerance = Math.max(tolerance, scaled(orderTolerance, ...values));
  }
  return { measured, tolerance };
}

function short(hook: string): string {
  return hook.replace('hook_', '');
}

/** Attention adds its output to the residual stream. */
export const attentionAdds = sumCheck('the stream + attn_out', 'hook_attn_out', attentionSums);

/** The MLP adds its output to the residual stream. */
export const mlpAdds = sumCheck('the stream + mlp_out', 'hook_mlp_out', mlpSums);

/** What leaves a block, the last one of them that it has: a convolution stands behind the first block of some DeBERTas. */
const leavingPlaces = ['conv.hook_normalized', 'hook_normalized_resid_post', 'hook_resid_post'];

/** What leaves a block enters the next one. */
export const blocksFollow: Check = {
  name: 'a block reads what the one before it writes',
  without: ({ model }) => (model.dimensions.layers > 1 ? undefined : 'it has one block'),
  measure: async ({ model, input, signal }) => {
    const [entering, leaving] = [
      hooksNamed(model, 'hook_resid_pre'),
      leavingPlaces.flatMap((place) => hooksNamed(model, place)),
    ];
    const run = await model.run(input, { capture: [...entering, ...leaving], answers: 'none', signal });
    let measured = 0;
    for (const hook of entering) {
      const [, side, layer] = /^(.*)blocks\.(\d+)\.hook_resid_pre$/.exec(hook)!;
      if (layer === '0') continue;
      const before = `${side}blocks.${Number(layer) - 1}.`;
      const name = leavingPlaces.map((place) => `${before}${place}`).find((each) => leaving.includes(each))!;
      measured = larger(measured, distanceOf(run.activation(hook), run.activation(name)));
    }
    return { measured, tolerance: 0 };
  },
};
