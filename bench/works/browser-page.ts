/** Runs in the browser: a model that is asked for times. */
import { loadModel, type Model } from '../../src/web.js';

/** What the benchmark calls, from outside the page. */
export interface BenchPage {
  load(address: string, threads: number): Promise<void>;
  /** Milliseconds of runs with every pattern and the last logits, and a sample of the last head. */
  forward(
    tokenIds: readonly number[],
    repetitions: number,
  ): Promise<{ milliseconds: number[]; sample: number[] }>;
}

let model: Model;

const page: BenchPage = {
  async load(address, threads) {
    model = await loadModel(address, { threads });
  },
  async forward(tokenIds, repetitions) {
    const milliseconds: number[] = [];
    for (let i = 0; i < repetitions; i++) {
      const start = performance.now();
      await model.run({ tokenIds });
      milliseconds.push(performance.now() - start);
    }
    if (repetitions > 0) return { milliseconds, sample: [] };
    const run = await model.run({ tokenIds });
    const last = run.attention({ layer: model.dimensions.layers - 1, head: 1 }).values.data;
    return { milliseconds, sample: [...last.subarray(0, 1000)] };
  },
};

Object.assign(globalThis, { page });
