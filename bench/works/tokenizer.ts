import { randomText } from '../checkpoints/words.js';
import { withContenders } from '../contenders/contender.js';
import { rowOf } from '../report/row.js';
import { alternate, scaled } from './alternate.js';
import type { Work } from './work.js';

const characters = 100_000;

/** The tokenizer of a long text, offsets included; transformers' is compiled from Rust. */
export const tokenizer: Work = {
  name: 'tokenizer',
  summary: 'A warm GPT-2 tokenizer turns 100,000 characters into tokens with offsets.',
  run(bench) {
    const text = randomText(characters);
    return withContenders(bench.contenders, async (contenders) => {
      const ids: string[] = [];
      for (const contender of contenders) {
        await contender.ask('load', { folder: bench.checkpoints.gpt2Small, threads: bench.threads });
        ids.push((await contender.ask('encode', { text, repetitions: 1 })).tokenIds.join());
      }
      if (ids.some((each) => each !== ids[0])) throw new Error('The tokenizers do not give the same ids.');
      const turns = contenders.map(
        (contender) => async (repetitions: number) =>
          (await contender.ask('encode', { text, repetitions })).milliseconds,
      );
      const measured = await alternate(turns, scaled({ rounds: 8, repetitions: 3 }, bench.effort));
      const work = `GPT-2 tokenizer, ${characters.toLocaleString('en')} characters`;
      const names = contenders.map(({ name }) => name);
      return [rowOf({ work, unit: 'ms', expectation: undefined }, names, measured)];
    });
  },
};
