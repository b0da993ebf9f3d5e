/**
 * Times the studio and its views of attention in a real Chromium, beside BertViz in the same browser where a Python has it.
 *
 * Usage: node dist/bench/studio/studio.js [--rounds 5] [--large] [--only views|studio] [--write]. `PELLUCID_PYTHON` names a Python with BertViz 1.4.1
 * and torch; `--large` also draws 32 layers of 32 heads with BertViz, which takes minutes; `--write` keeps the run as
 * bench/studio-results.md.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildStudio } from '../../scripts/studio.js';
import { launchChromium } from '../../test/browser/chromium.js';
import { describeMachine, machineLines } from '../report/machine.js';
import { timeViews } from '../views/views.js';
import { timeStudio } from './page-times.js';
import { StudioTable } from './report.js';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    large: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const { large, only } = options;

const chromium = await launchChromium('--enable-precise-memory-info', '--js-flags=--expose-gc');
if (chromium === null) throw new Error('There is no Chromium to measure in.');
const machine = machineLines(describeMachine({ chromium: chromium.version() }));
const table = new StudioTable();
try {
  await buildStudio();
  if (only !== 'views') await timeStudio(chromium, table.report, rounds);
  if (only !== 'studio')
    await timeViews(chromium, table.report, { rounds, large, python: process.env.PELLUCID_PYTHON });
} finally {
  await chromium.close();
}
const page = `# The studio, timed

Made by \`npm run bench:studio -- --write\`: a real Chromium without a graphics device, everything on one machine, medians.

${machine.map((line) => `- ${line}`).join('\n')}

${table}`;
console.log(page);
if (options.write)
  writeFileSync(fileURLToPath(new URL('../../../bench/studio-results.md', import.meta.url)), page);
