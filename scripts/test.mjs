// Runs every compiled test (dist/test/**/*.test.js) and ends with the line `N passed, N failed`.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { buildBundle } from '../dist/scripts/bundle.js';
import { findOrInstallChromium } from '../dist/scripts/chromium.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'dist');
const inContinuousIntegration = process.env.CI === 'true';

/** Longest time one test file may take, in milliseconds: a hang must fail, not stop the machine. */
const fileTimeout = 300_000;

/** In CI a skipped test fails unless its reason is one of these: what a machine may lack for good. */
const allowedSkips = [/^needs a GPU/, /^needs symbolic links/, /^needs a user who is not root/];

/** Removes what an earlier compilation left for a source that is gone, so that no deleted test still runs. */
function removeStale() {
  for (const folder of ['src', 'test', 'scripts']) {
    for (const path of filesUnder(join(compiled, folder))) {
      const source = join(root, relative(compiled, path)).replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
      if (/(\.d\.ts|\.js|\.js\.map)$/.test(path) && !existsSync(source)) rmSync(path);
    }
  }
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Test files: all, or those whose path contains one of the words given on the command line. */
function testFiles(words) {
  return filesUnder(join(compiled, 'test'))
    .filter((path) => path.endsWith('.test.js'))
    .filter((path) => words.length === 0 || words.some((word) => relative(compiled, path).includes(word)))
    .sort();
}

/** Browser tests get a Chromium by `CHROMIUM_PATH`. Where none can be had they say so themselves, and fail in CI. */
function provideChromium(files) {
  if (!files.some((path) => relative(compiled, path).startsWith(join('test', 'browser') + sep))) return;
  const path = findOrInstallChromium(join(root, 'node_modules', '.cache', 'chromium'));
  if (path) process.env.CHROMIUM_PATH = path;
  console.log(path ? `browser tests use ${path}` : 'no Chromium found, and none could be installed');
}

/** Counts tests as they end. Suites are not tests; `todo` tests count for nothing. */
function count(stream) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const remarks = [];
  /** Milliseconds that the tests of a file took. */
  const times = new Map();
  const record = (data, outcome) => {
    if (data.nesting === 0 && data.file) {
      times.set(data.file, (times.get(data.file) ?? 0) + data.details.duration_ms);
    }
    if (data.details?.type === 'suite' || data.todo !== undefined) return;
    counts[outcome] += 1;
  };
  stream.on('test:fail', (data) => record(data, 'failed'));
  stream.on('test:pass', (data) => {
    // A file passes as a whole, under its own name, when no test in it ran.
    if (data.name === data.file) {
      counts.failed += 1;
      remarks.push(`no test in ${relative(root, data.file)}`);
      return;
    }
    if (data.skip === undefined) return record(data, 'passed');
    const allowed = allowedSkips.some((reason) => reason.test(String(data.skip)));
    if (allowed || !inContinuousIntegration) return record(data, 'skipped');
    record(data, 'failed');
    remarks.push(`skipped in CI: ${data.name} (${data.skip})`);
  });
  return { counts, remarks, times };
}

removeStale();
// What `import 'pellucid'` finds.
await buildBundle();
const files = testFiles(process.argv.slice(2));
provideChromium(files);

const stream = run({ files, concurrency: 2, timeout: fileTimeout });
const { counts, remarks, times } = count(stream);
for await (const chunk of stream.compose(new spec())) process.stdout.write(chunk);

if (files.length === 0) {
  counts.failed += 1;
  remarks.push('no test file was found');
}
for (const remark of remarks) console.log(remark);
if (files.length > 20) {
  const slowest = [...times].sort((a, b) => b[1] - a[1]).slice(0, 20);
  console.log('\nslowest files, in seconds');
  for (const [file, time] of slowest) {
    console.log(`${(time / 1000).toFixed(1).padStart(7)}  ${relative(compiled, file)}`);
  }
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
