/** Tiny checkpoints that every runtime, in Node and in a browser, holds against the reference. */
export const browserCheckpoints: readonly string[] = ['bert-default', 'gpt2-default'];
