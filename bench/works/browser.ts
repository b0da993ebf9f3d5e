import { pathToFileURL } from 'node:url';
import { launchChromium } from '../../test/browser/chromium.js';
import { openSite } from '../../test/browser/site.js';
import { gpt2Small } from '../checkpoints/gpt2.js';
import { withContenders } from '../contenders/contender.js';
import { rowOf } from '../report/row.js';
import { alternate, scaled } from './alternate.js';
import type { BenchPage } from './browser-page.js';
import { largestDifference } from './same-work.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

declare const page: BenchPage;

const threads = 2;

/** The same graph in Chromium's WebAssembly and in Node. */
export const browser: Work = {
  name: 'browser',
  summary: 'A run of 128 tokens with every pattern in Chromium, WebAssembly with 2 threads, beside Node.',
  async run(bench) {
    const ids = tokenIds(128, gpt2Small.vocabulary);
    const chromium = await launchChromium();
    if (chromium === null) return [];
    const checkpoint = pathToFileURL(`${bench.checkpoints.gpt2Small}/`);
    const site = await openSite(new URL('./browser-page.js', import.meta.url), { checkpoint });
    try {
      const tab = await chromium.newPage();
      await tab.goto(site.address);
      await tab.evaluate(([where, count]) => page.load(where, count), ['/checkpoint/', threads] as const);
      const inPage = (repetitions: number) =>
        tab.evaluate(([given, count]) => page.forward(given, count), [ids, repetitions] as const);
      return await withContenders([bench.named.pellucid], async ([node]) => {
        await node!.ask('load', { folder: bench.checkpoints.gpt2Small, threads: bench.threads });
        const ours = (await node!.ask('sample', { tokenIds: ids })).slice(0, 1000);
        const difference = largestDifference([ours, (await inPage(0)).sample]);
        const turns = [
          async (repetitions: number) => (await inPage(repetitions)).milliseconds,
          (repetitions: number) => node!.ask('forward', { tokenIds: ids, logits: 'last', repetitions }),
        ];
        const measured = await alternate(turns, scaled({ rounds: 5, repetitions: 3 }, bench.effort));
        const work = `a run in Chromium, ${threads} threads, 128 tokens`;
        const note = `${work}: patterns of both sides differ by at most ${difference.toExponential(0)}; Chromium ${chromium.version()}.`;
        const about = { work, unit: 'ms' as const, expectation: { faster: 0.3 }, note };
        return [rowOf(about, ['Pellucid', 'Pellucid in Node'], measured)];
      });
    } finally {
      await chromium.close();
      await site.close();
    }
  },
};
