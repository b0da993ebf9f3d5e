import { type Check, type Examined, hooksNamed, inputOf, orderTolerance, scaled } from './check.js';
import { alike } from './same-text.js';

/** Tokens that are generated. */
const length = 16;

/** A token sees nothing behind it: another second half leaves the first as it is. */
export const seesNothingLater: Check = {
  name: 'a token sees nothing behind it',
  without: ({ model, input }) =>
    !model.architecture.causal
      ? 'its tokens see each other'
      : input.tokenIds.length > 1
        ? undefined
        : 'the text has one token',
  measure: async ({ model, input, other, signal }) => {
    const half = Math.ceil(input.tokenIds.length / 2);
    const ids = [...input.tokenIds.slice(0, half), ...other.tokenIds.slice(half)];
    // In an encoder-decoder it is the decoder's tokens that see nothing behind them.
    const both = inputOf(model, ids);
    const changed = both.decoderTokenIds ? { ...both, tokenIds: input.tokenIds } : both;
    const hook = hooksNamed(model, 'hook_resid_post').at(-1)!;
    const positions = Array.from({ length: half }, (_, i) => i);
    const [a, b] = await Promise.all(
      [input, changed].map(async (each) =>
        (await model.run(each, { capture: { hook, positions }, answers: 'none', signal })).activation(hook),
      ),
    );
    return alike([a!], [b!]);
  },
};

/** Tokens read one by one, with the keys and values of the earlier ones kept, give what one reading of the text gives. */
export const cachedSteps: Check = {
  name: 'generated step by step = read at once',
  without: ({ model }) =>
    model.task !== 'causal-lm'
      ? 'it does not predict the next token'
      : model.dimensions.contextLength > 1
        ? undefined
        : 'its context is one token long',
  measure: async ({ model, input, signal }: Examined) => {
    const maxNewTokens = Math.min(length, Math.ceil(model.dimensions.contextLength / 2));
    const prompt = { tokenIds: input.tokenIds.slice(0, model.dimensions.contextLength - maxNewTokens) };
    const { run, tokens, promptLength } = await model.generate(prompt, {
      ...{ maxNewTokens, endTokens: [], capture: 'logits' },
      ...(signal && { signal }),
    });
    const made = tokens.map(({ id }) => id);
    const read = input.decoderTokenIds ? { ...prompt, decoderTokenIds: made } : { tokenIds: made };
    const whole = await model.run(read, { capture: 'logits', signal });
    const [found, expected] = [run.activation('logits'), whole.activation('logits')];
    const tolerance = scaled(orderTolerance, expected);
    // The token that was taken must be the best one of the whole reading too, or as good as it.
    const [count, width] = expected.shape as [number, number];
    let shortfall = 0;
    for (let position = promptLength - 1; position < count - 1; position++) {
      const row = expected.data.subarray(position * width, (position + 1) * width) as Float32Array;
      const best = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
      shortfall = Math.max(shortfall, best - row[tokens[position + 1]!.id]!);
    }
    const { measured } = alike([found], [expected]);
    return {
      measured: Math.max(measured, shortfall),
      tolerance,
      note: `${tokens.length - promptLength} tokens`,
    };
  },
};
