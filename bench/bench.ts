/** `npm run bench`: measures Pellucid beside its peers on random checkpoints of published shapes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bertBase, bertRecipe } from './checkpoints/bert.js';
import { gpt2Recipe, gpt2Small } from './checkpoints/gpt2.js';
import { makeCheckpoint } from './checkpoints/make-checkpoint.js';
import type { Command } from './contenders/contender.js';
import { findPeers } from './peers.js';
import { describeMachine, machineLines, physicalCores } from './report/machine.js';
import { resultsPage } from './report/results-page.js';
import type { Row } from './report/row.js';
import { textTable } from './report/table.js';
import { works } from './works/index.js';
import type { Bench } from './works/work.js';

/** Above this the machine has other work, and times say little. */
const busyLoad = 0.5;

const usage = `npm run bench -- [work ...] [--quick] [--write]

Works: ${works.map(({ name }) => name).join(', ')}; all by default.
  --quick   a tenth of the repetitions, to see that everything runs
  --write   also write bench/results.md; needs all works and the peers`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const unknown = positionals.filter((word) => !works.some(({ name }) => name === word));
if (unknown.length > 0) fail(`There is no work named ${unknown.join(', ')}.\n\n${usage}`);
if (values.write && (values.quick || positionals.length > 0)) fail('--write needs all works at full length.');

// Compiled to dist/bench: the sources, with the peers and the cache, lie two folders up.
const sources = fileURLToPath(new URL('../../bench', import.meta.url));
const peers = findPeers(sources);
if ('missing' in peers) {
  if (values.write) fail(peers.missing);
  console.log(`${peers.missing}\n`);
}

const machine = describeMachine('missing' in peers ? {} : peers.versions);
console.log(machineLines(machine).join('\n'));
if (machine.load > busyLoad) console.log('The machine is busy: the times below say little.');

const tell = (message: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\x1b[2K\r${message}`);
};
const own = (script: string): Command => ({
  name: 'Pellucid',
  program: process.execPath,
  arguments: [fileURLToPath(new URL(`contenders/${script}`, import.meta.url))],
});
const others = 'missing' in peers ? [] : [peers];
tell('making checkpoints');
const scratch = await mkdtemp(join(tmpdir(), 'pellucid-bench-'));
const rows: Row[] = [];
try {
  const bench: Bench = {
    checkpoints: {
      gpt2Small: await makeCheckpoint(gpt2Recipe('gpt2-small', gpt2Small), join(sources, '.cache')),
      bertBase: await makeCheckpoint(bertRecipe('bert-base', bertBase), join(sources, '.cache')),
    },
    contenders: [own('pellucid.js'), ...others.map(({ contender }) => contender)],
    firstPictures: [own('first-picture.js'), ...others.map(({ firstPicture }) => firstPicture)],
    threads: physicalCores(),
    scratch,
    effort: values.quick ? 0.1 : 1,
    tell,
  };
  for (const work of works) {
    if (positionals.length > 0 && !positionals.includes(work.name)) continue;
    tell(work.name);
    rows.push(...(await work.run(bench)));
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
  tell('');
}

console.log(`\n${textTable(rows)}\n`);
for (const { note } of rows) if (note) console.log(note);
if (values.write) {
  const file = join(sources, 'results.md');
  await writeFile(file, resultsPage(machine, rows));
  console.log(`\nWritten to ${file}`);
}
