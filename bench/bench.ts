/** `npm run bench`: measures Pellucid beside its peers on random checkpoints of published shapes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bertBase, bertRecipe } from './checkpoints/bert.js';
import { gpt2Recipe, gpt2Small, longGpt2 } from './checkpoints/gpt2.js';
import { makeCheckpoint } from './checkpoints/make-checkpoint.js';
import type { Command } from './contenders/contender.js';
import { findPeers } from './peers.js';
import { describeMachine, machineLines, physicalCores } from './report/machine.js';
import { resultsPage } from './report/results-page.js';
import type { Row } from './report/row.js';
import { textTable } from './report/table.js';
import { engineWorks, works } from './works/index.js';
import { profilesOf } from './works/profiles.js';
import type { Bench, Work } from './works/work.js';

/** Above this the machine has other work, and times say little. */
const busyLoad = 0.5;

const usage = `npm run bench -- [work ...] [--quick] [--write]

Works: ${works.map(({ name }) => name).join(', ')}; engine: those
of the engine alone; all by default.
  --quick   a tenth of the repetitions: good to tell a factor, not a tenth
  --write   also write bench/results.md; needs all works; a peer that is not installed has its rows marked`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Whether a work is asked for, by its name or as one of the engine's. */
function chosen(work: Work): boolean {
  if (positionals.length === 0 || positionals.includes(work.name)) return true;
  return positionals.includes('engine') && engineWorks.includes(work);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const unknown = positionals.filter((word) => word !== 'engine' && !works.some(({ name }) => name === word));
if (unknown.length > 0) fail(`There is no work named ${unknown.join(', ')}.\n\n${usage}`);
if (values.write && positionals.length > 0) fail('--write needs all works.');

// Compiled to dist/bench: the sources, with the peers and the cache, lie two folders up.
const sources = fileURLToPath(new URL('../../bench', import.meta.url));
const peers = findPeers(sources);
if ('missing' in peers) {
  console.log(`${peers.missing}\n`);
}

const began = performance.now();
const machine = describeMachine('missing' in peers ? {} : peers.versions);
console.log(machineLines(machine).join('\n'));
if (machine.load > busyLoad) console.log('The machine is busy: the times below say little.');

const tell = (message: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\x1b[2K\r${message}`);
  else if (message !== '') process.stderr.write(`${new Date().toISOString()} ${message}\n`);
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
const failures: string[] = [];
const seconds: string[] = [];
const profiles: string[] = [];
try {
  const bench: Bench = {
    checkpoints: {
      gpt2Small: await makeCheckpoint(gpt2Recipe('gpt2-small', gpt2Small), join(sources, '.cache')),
      longGpt2: await makeCheckpoint(gpt2Recipe('long-gpt2', longGpt2), join(sources, '.cache')),
      bertBase: await makeCheckpoint(bertRecipe('bert-base', bertBase), join(sources, '.cache')),
    },
    named: {
      pellucid: own('pellucid.js'),
      transformers: 'missing' in peers ? undefined : peers.contender,
      transformerLens: 'missing' in peers ? undefined : peers.transformerLens,
      nnsight: 'missing' in peers ? undefined : peers.nnsight,
      captum: 'missing' in peers ? undefined : peers.captum,
      shap: 'missing' in peers ? undefined : peers.shap,
    },
    contenders: [own('pellucid.js'), ...others.map(({ contender }) => contender)],
    firstResults: [own('first-result.js'), ...others.map(({ firstResult }) => firstResult)],
    firstPictures: [own('first-picture.js'), ...others.map(({ firstPicture }) => firstPicture)],
    threads: physicalCores(),
    scratch,
    effort: values.quick ? 0.1 : 1,
    tell,
  };
  for (const work of works) {
    if (!chosen(work)) continue;
    tell(work.name);
    const start = performance.now();
    try {
      rows.push(...(await work.run(bench)));
    } catch (error) {
      // The others are worth having: they took minutes.
      failures.push(
        `${work.name} was not measured: ${error instanceof Error ? error.message : String(error)}`,
      );
      process.exitCode = 1;
    }
    seconds.push(`${work.name} ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  tell('profiles');
  profiles.push(...(await profilesOf(rows, bench)));
} finally {
  await rm(scratch, { recursive: true, force: true });
  tell('');
}

console.log(`\n${textTable(rows)}\n`);
for (const { note } of rows) if (note) console.log(note);
for (const profile of profiles) console.log(profile);
for (const failure of failures) console.log(failure);
const minutes = ((performance.now() - began) / 60_000).toFixed(0);
console.log(`The works took ${minutes} min in all: ${seconds.join(', ')}.`);
if (values.write) {
  const file = join(sources, 'results.md');
  await writeFile(
    file,
    resultsPage(machine, rows, { notes: [...profiles, ...failures], quick: values.quick }),
  );
  console.log(`\nWritten to ${file}`);
}
