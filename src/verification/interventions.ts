import type { Intervention } from '../model/index.js';
import { type Check, distanceOf, type Examined, firstInputs, larger } from './check.js';
import { alike } from './same-text.js';

async function outputOf(
  { model, input, output, signal }: Examined,
  interventions: readonly Intervention[] = [],
) {
  return (await model.run(input, { capture: output, interventions, signal })).activation(output);
}

/** Edits that change nothing leave every bit as it is. */
export const patchNothing: Check = {
  name: 'edits that change nothing = no edits',
  measure: async (examined) => {
    const plain = await outputOf(examined);
    const [hook] = firstInputs(examined.model);
    const idle: readonly Intervention[] = [
      { hook: hook!, edit: 'add', value: 0 },
      { hook: hook!, edit: 'scale', value: 1 },
      { hook: hook!, edit: 'freeze' },
    ];
    let measured = 0;
    for (const edit of idle) measured = larger(measured, distanceOf(await outputOf(examined, [edit]), plain));
    return { measured, tolerance: 0, note: 'add 0, scale 1, freeze' };
  },
};

/** With everything that enters the first block taken from another run, the model is in the other run. */
export const patchEverything: Check = {
  name: 'everything patched = the other run',
  measure: async (examined) => {
    const { model, other } = examined;
    const patches = firstInputs(model).map((hook) => ({ hook, edit: 'replace' as const, from: other }));
    const expected = await outputOf({ ...examined, input: other });
    return { measured: distanceOf(await outputOf(examined, patches), expected), tolerance: 0 };
  },
};

/** Variants that run side by side from their first edit are what each is alone. */
export const sweptVariants: Check = {
  name: 'a sweep = its runs one by one',
  measure: async (examined) => {
    const { model, input, output, signal } = examined;
    const streams = model.hooks.filter((hook) => hook.endsWith('.hook_resid_pre'));
    const variants = [streams.at(0)!, streams.at(-1)!].map((hook): Intervention[] => [
      { hook, edit: 'scale', value: 0.5 },
    ]);
    const swept = await model.sweep(input, variants, { capture: output, signal });
    return alike(
      swept.map((run) => run.activation(output)),
      await Promise.all(variants.map((edits) => outputOf(examined, edits))),
    );
  },
};
