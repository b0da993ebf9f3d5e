import type { Run } from '../model/index.js';
import type { Tensor } from '../tensor/index.js';
import { type Check, distanceOf, hooksNamed, larger, orderTolerance, scaled } from './check.js';

const patternHook = 'hook_pattern';

function patternsOf(run: Run): [string, Tensor<'F32'>][] {
  return run.hooks
    .filter((hook) => hook.endsWith(patternHook))
    .map((hook) => [hook, run.activation(hook) as Tensor<'F32'>]);
}

/** Every row of a softmax sums to 1; where sinks take part of it, the row and its sink do. */
export const rowsSumToOne: Check = {
  name: 'attention rows sum to 1',
  measure: async ({ model, input, signal }) => {
    const sinks = hooksNamed(model, 'hook_sink_mass');
    const run = await model.run(input, { capture: [`*${patternHook}`, ...sinks], answers: 'none', signal });
    let measured = 0;
    for (const [hook, { data, shape }] of patternsOf(run)) {
      const width = shape.at(-1)!;
      const sinkName = hook.replace(patternHook, 'hook_sink_mass');
      const sink = sinks.includes(sinkName) ? run.activation(sinkName).data : undefined;
      for (let row = 0; row * width < data.length; row++) {
        let sum = Number(sink?.[row] ?? 0);
        for (let i = row * width; i < (row + 1) * width; i++) sum += data[i]!;
        measured = larger(measured, Math.abs(sum - 1));
      }
    }
    return { measured, tolerance: 1e-5, ...(sinks.length > 0 && { note: 'with what the sinks take' }) };
  },
};

/** What is masked has a weight of exactly 0, and so has everything that comes later in a text. */
export const maskedIsZero: Check = {
  name: 'masked entries are exactly 0',
  measure: async ({ model, input, signal }) => {
    const scores = hooksNamed(model, 'hook_attn_scores');
    const run = await model.run(input, { capture: [`*${patternHook}`, ...scores], answers: 'none', signal });
    let measured = 0;
    for (const [hook, { data, shape }] of patternsOf(run)) {
      const [, destinations, sources] = shape as [number, number, number];
      const causal = model.architecture.causal && !/encoder\.|cross_attn/.test(hook.replace('decoder.', ''));
      const score = run.activation(hook.replace(patternHook, 'hook_attn_scores')).data;
      for (let i = 0; i < data.length; i++) {
        const later = causal && i % sources > Math.floor(i / sources) % destinations;
        if (later || score[i] === Number.NEGATIVE_INFINITY) measured = larger(measured, Math.abs(data[i]!));
      }
    }
    return { measured, tolerance: 0 };
  },
};

/** z of a head is its pattern times its values, which groups of heads may share. */
export const mixedValues: Check = {
  name: 'z = pattern · v',
  measure: async ({ model, input, signal }) => {
    const hooks = ['hook_v', 'hook_z'].flatMap((last) => hooksNamed(model, last));
    const run = await model.run(input, { capture: [`*${patternHook}`, ...hooks], answers: 'none', signal });
    let measured = 0;
    let tolerance = orderTolerance;
    for (const [hook, pattern] of patternsOf(run)) {
      const value = (last: string) => run.activation(hook.replace(patternHook, last)) as Tensor<'F32'>;
      const [v, z] = [value('hook_v'), value('hook_z')];
      measured = larger(measured, mixingError(pattern, v, z));
      tolerance = Math.max(tolerance, scaled(orderTolerance, v, z));
    }
    return { measured, tolerance };
  },
};

/** Largest difference of z from pattern · v, summed in double precision. */
function mixingError(pattern: Tensor<'F32'>, v: Tensor<'F32'>, z: Tensor<'F32'>): number {
  const [heads, destinations, sources] = pattern.shape as [number, number, number];
  const [, groups, width] = v.shape as [number, number, number];
  let most = 0;
  for (let head = 0; head < heads; head++) {
    const group = Math.floor((head * groups) / heads);
    for (let to = 0; to < destinations; to++) {
      for (let feature = 0; feature < width; feature++) {
        let sum = 0;
        for (let from = 0; from < sources; from++) {
          const weight = pattern.data[(head * destinations + to) * sources + from]!;
          sum += weight * v.data[(from * groups + group) * width + feature]!;
        }
        most = larger(most, Math.abs(z.data[(to * heads + head) * width + feature]! - sum));
      }
    }
  }
  return most;
}

/** A head that is zeroed in its pattern is zeroed in its result. */
export const zeroedHead: Check = {
  name: 'a head without pattern = a head without z',
  measure: async ({ model, input, output, signal }) => {
    const pattern = hooksNamed(model, patternHook).at(-1)!;
    const logits = async (hook: string) => {
      const interventions = [{ hook, heads: [0], edit: 'zero' as const }];
      return (await model.run(input, { capture: output, interventions, signal })).activation(output);
    };
    const [a, b] = [await logits(pattern), await logits(pattern.replace(patternHook, 'hook_z'))];
    return {
      measured: distanceOf(a, b),
      tolerance: 0,
      note: `head 0 of ${pattern.replace('.hook_pattern', '')}`,
    };
  },
};
