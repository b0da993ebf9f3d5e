import type { PaddingSide, RunOptions } from '../model/index.js';
import type { Tensor } from '../tensor/index.js';
import {
  type Check,
  distanceOf,
  type Examined,
  inputOf,
  larger,
  type Measurement,
  orderTolerance,
  scaled,
} from './check.js';

/** How far values are from those that they should equal but for the order of summation. */
export function alike(found: readonly Tensor[], expected: readonly Tensor[]): Measurement {
  const measured = expected.reduce((most, value, i) => larger(most, distanceOf(found[i]!, value)), 0);
  return { measured, tolerance: scaled(orderTolerance, ...expected) };
}

async function outputOf(
  { model, input, output, signal }: Examined,
  options: RunOptions = {},
): Promise<Tensor> {
  return (await model.run(input, { capture: output, signal, ...options })).activation(output);
}

/** A text beside a longer one gives what it gives alone, on whichever side it is filled up. */
function padded(padding: PaddingSide): Check {
  return {
    name: `padded on the ${padding} = alone`,
    without: ({ input }) => (input.tokenIds.length > 1 ? undefined : 'the text has one token'),
    measure: async (examined) => {
      const { model, input, output, signal } = examined;
      const short = inputOf(model, input.tokenIds.slice(0, Math.ceil(input.tokenIds.length / 2)));
      const runs = await model.runBatch([short, input], { capture: output, padding, signal });
      return alike(
        runs.map((run) => run.activation(output)),
        [await outputOf({ ...examined, input: short }), await outputOf(examined)],
      );
    },
  };
}

export const paddedLeft = padded('left');
export const paddedRight = padded('right');

/** Texts that are read side by side give what each gives alone. */
export const batched: Check = {
  name: 'a batch = its texts one by one',
  measure: async (examined) => {
    const { model, input, other, output, signal } = examined;
    const runs = await model.runBatch([input, other], { capture: output, signal });
    return alike(
      runs.map((run) => run.activation(output)),
      [await outputOf(examined), await outputOf({ ...examined, input: other })],
    );
  },
};

/** Looking at the stream changes no bit of the result. */
export const lookingChangesNothing: Check = {
  name: 'captured values change nothing',
  measure: async (examined) => {
    const { model, output } = examined;
    const streams = model.hooks.filter((hook) => /hook_(resid_\w+|attn_out|mlp_out|normalized)$/.test(hook));
    const looked = await outputOf(examined, { capture: [...streams, output] });
    return { measured: distanceOf(looked, await outputOf(examined)), tolerance: 0 };
  },
};

/** The model block by block, as it runs where memory is short. */
export const blockByBlock: Check = {
  name: 'block by block = as a whole',
  measure: async (examined) => {
    const segmented = await outputOf(examined, { memory: 'low' });
    return alike([segmented], [await outputOf(examined)]);
  },
};
