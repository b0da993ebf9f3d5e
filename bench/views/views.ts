import type { Browser } from 'playwright-core';
import { openSite } from '../../test/browser/site.js';
import { timeBertviz } from '../peers/bertviz.js';
import { spreadOf } from '../report/statistics.js';
import type { Report } from '../studio/report.js';
import { madeAttention } from './made-attention.js';
import type { ViewsBench } from './views-page.js';

declare const bench: ViewsBench;

/** How the views are timed. */
export interface ViewsOptions {
  readonly rounds: number;
  /** Draws 32 layers of 32 heads with BertViz too, which takes minutes. */
  readonly large: boolean;
  /** A Python that has BertViz 1.4.1 and torch; without one there are no peers. */
  readonly python: string | undefined;
}

/** Times the views of attention in a page of their own, beside BertViz in the same browser. */
export async function timeViews(
  chromium: Browser,
  report: Report,
  { rounds, large, python }: ViewsOptions,
): Promise<void> {
  const site = await openSite(new URL('./views-page.js', import.meta.url));
  try {
    for (const [layers, heads, count, expected] of [
      [12, 12, 128, '< 300 ms'],
      [32, 32, 64, '< 500 ms'],
      [32, 32, 512, '< 1000 ms'],
    ] as const) {
      const tab = await chromium.newPage({ viewport: { width: 1020, height: 820 } });
      await tab.goto(site.address);
      await tab.evaluate(([l, h, n]) => bench.make(l, h, n), [layers, heads, count] as const);
      const times: number[] = [];
      for (let i = 0; i < rounds; i++) times.push(await tab.evaluate(() => bench.model()));
      const peerWanted = python && (count === 128 || (count === 64 && large));
      const peer = peerWanted
        ? await timeBertviz(chromium, python, madeAttention(layers, heads, count), 'model')
        : undefined;
      const ratio = peer ? peer.milliseconds / spreadOf(times).median : 0;
      const said = peer
        ? `BertViz ${(peer.milliseconds / 1000).toFixed(1)} s, ${ratio.toFixed(0)} times as long`
        : '';
      const name = `${layers} × ${heads} heads, ${count} tokens`;
      report(`model view, ${name}`, times, 'ms', expected, said);
      if (count === 512) {
        report(
          `memory of the page, ${name}`,
          [(await tab.evaluate(() => bench.memory())) / 1e6],
          'MB',
          '< 600 MB',
        );
        const moved = await tab.evaluate(() => bench.move(120));
        report(`time between frames while moving, ${name}`, moved, 'ms', '16.7 ms with a GPU');
        report(
          'longest freeze meanwhile',
          [Math.max(0, ...(await tab.evaluate(() => bench.freezes)))],
          'ms',
          '< 100 ms',
        );
      }
      await tab.close();
    }

    const tab = await chromium.newPage({ viewport: { width: 1020, height: 820 } });
    await tab.goto(site.address);
    await tab.evaluate(() => bench.make(1, 12, 256));
    report(
      'hover in the head view, 12 heads, 256 tokens',
      await tab.evaluate((n) => bench.hover(n), 8 * rounds),
      'ms',
      '< 50 ms',
    );
    await tab.close();
  } finally {
    await site.close();
  }
}
