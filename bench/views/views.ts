/**
 * Times the views of attention in a real Chromium, beside BertViz where a Python has it.
 *
 * Usage: node dist/bench/views/views.js [--rounds 5] [--large]. `PELLUCID_PYTHON` names a Python with BertViz 1.4.1 and
 * torch; `--large` also draws 32 layers of 32 heads with BertViz, which takes minutes.
 */
import { parseArgs } from 'node:util';
import { attentionPage } from '../../src/figures/index.js';
import { patternAt, readPatterns } from '../../src/figures/views/patterns.js';
import { launchChromium } from '../../test/browser/chromium.js';
import { openSite } from '../../test/browser/site.js';
import { timeBertviz } from '../peers/bertviz.js';
import { describeMachine, machineLines } from '../report/machine.js';
import { spreadOf } from '../report/statistics.js';
import { madeAttention } from './made-attention.js';
import type { ViewsBench } from './views-page.js';

declare const bench: ViewsBench;

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, large: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
const python = process.env.PELLUCID_PYTHON;

const chromium = await launchChromium('--enable-precise-memory-info', '--js-flags=--expose-gc');
if (chromium === null) throw new Error('There is no Chromium to measure in.');
const site = await openSite(new URL('./views-page.js', import.meta.url));
const lines: string[] = [];
const report = (action: string, numbers: readonly number[], unit: string, expected: string, peer = '') => {
  const { median, lowerQuartile, upperQuartile, count } = spreadOf(numbers);
  const write = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
  const spread = count > 1 ? ` (${write(lowerQuartile)} to ${write(upperQuartile)})` : '';
  lines.push(`| ${action} | ${write(median)}${spread} ${unit} | ${expected} | ${peer} |`);
};

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
    const peerWanted = python && (count === 128 || (count === 64 && options.large));
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

  const packed = madeAttention(12, 12, 128);
  const patterns = readPatterns(packed);
  const data = new Float32Array(144 * 128 * 128);
  for (let index = 0; index < 144; index++) data.set(patternAt(patterns, index), index * 128 * 128);
  const { html } = attentionPage({
    ...{ schemaVersion: 1, kind: 'attention', method: 'attention', options: { layer: null, head: null } },
    subject: { model: 'made', architecture: 'gpt2', contentHash: '0', text: null, pair: null },
    tokens: packed.tokens,
    values: {
      dtype: 'F32',
      shape: [12, 12, 128, 128],
      data,
      axes: ['layer', 'head', 'destination', 'source'],
    },
  });
  report('self-contained page, 12 × 12 heads, 128 tokens', [Buffer.byteLength(html) / 1e6], 'MB', '< 5 MB');
} finally {
  await chromium.close();
  await site.close();
}
for (const line of machineLines(describeMachine({ chromium: chromium.version() }))) console.log(line);
console.log(
  `\n| action | median (middle half) | expected | beside it |\n|---|---|---|---|\n${lines.join('\n')}`,
);
