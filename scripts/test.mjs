// Runs every compiled test (dist/test/**/*.test.js) and ends with the line `N passed, N failed`.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildBundle } from '../dist/scripts/bundle.js';
import { findOrInstallChromium } from '../dist/scripts/chromium.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'dist');
const inContinuousIntegration = process.env.CI === 'true';

/** Longest time one process may take, in milliseconds: a hang must fail, not stop the machine. */
const processTimeout = 600_000;

/** Most test files in one process. Loading the package takes a process a second; a test that hangs costs the others. */
const filesPerProcess = 8;

/**
 * Folders of `test` whose files have a process each, longest first, so that no process is left alone with them at the end.
 * Those of `checkpoint` load little, and have hooks that would be those of other files.
 */
const apart = ['browser', 'contract', 'cli', 'docs', 'verification', 'checkpoint'];

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

/** The files of each process: those of the folders above one by one, others with their neighbours. */
function shareOut(files) {
  const folderOf = (path) => relative(compiled, path).split(sep)[1];
  const shared = [];
  for (const path of files.filter((each) => !apart.includes(folderOf(each)))) {
    const last = shared.at(-1);
    const own = /^(before|beforeEach|afterEach)\(/m.test(readFileSync(path, 'utf8'));
    if (own) shared.unshift([path]);
    else if (last && last.length < filesPerProcess && dirname(last[0]) === dirname(path)) last.push(path);
    else shared.push([path]);
  }
  const single = apart.flatMap((folder) => files.filter((path) => folderOf(path) === folder));
  return [...single.map((path) => [path]), ...shared];
}

/**
 * Writes the module that a process runs: it loads test files one after another, and then lets their tests begin. Before
 * each stands an empty suite with the file's name, by which the tests behind it are known to be of that file.
 */
function writeProcess(path, paths) {
  const names = paths.map((path) => [relative(compiled, path), pathToFileURL(path).href]);
  writeFileSync(
    path,
    `import { suite, test } from 'node:test';
let begin;
const loaded = new Promise((resolve) => (begin = resolve));
for (const [name, address] of ${JSON.stringify(names)}) {
  suite(name, () => loaded);
  try {
    await import(address);
  } catch (error) {
    test('can be loaded', () => {
      throw error;
    });
  }
}
begin();
`,
  );
  return path;
}

/**
 * Browser tests get a Chromium by `CHROMIUM_PATH`; where none can be had they say so themselves, and fail in CI. They get the
 * studio and the static site too, built before any of them begins: two that build the same folder would take it from each
 * other.
 */
async function prepareBrowsers(files) {
  if (!files.some((path) => relative(compiled, path).startsWith(join('test', 'browser') + sep))) return;
  const path = findOrInstallChromium(join(root, 'node_modules', '.cache', 'chromium'));
  if (path) process.env.CHROMIUM_PATH = path;
  console.log(path ? `browser tests use ${path}` : 'no Chromium found, and none could be installed');
  const [{ buildStudio }, { buildSite }] = await Promise.all([
    import('../dist/scripts/studio.js'),
    import('../dist/scripts/site.js'),
  ]);
  await buildStudio();
  await buildSite();
}

/** Counts tests as they end. Suites are not tests; `todo` tests count for nothing. */
function count(stream, names) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const remarks = [];
  /** Milliseconds that the tests of a file took. */
  const times = new Map();
  let file;
  const record = (data, outcome) => {
    if (data.nesting === 0) times.set(file, (times.get(file) ?? 0) + data.details.duration_ms);
    if (data.details?.type === 'suite' || data.todo !== undefined) return;
    counts[outcome] += 1;
  };
  stream.on('test:fail', (data) => record(data, 'failed'));
  stream.on('test:pass', (data) => {
    if (data.nesting === 0 && names.has(data.name)) {
      file = data.name;
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
await prepareBrowsers(files);

const folder = mkdtempSync(join(compiled, 'test-processes-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const processes = shareOut(files).map((paths, i) => writeProcess(join(folder, `${i}.mjs`), paths));
const stream = run({ files: processes, concurrency: 2, timeout: processTimeout });
const names = new Set(files.map((path) => relative(compiled, path)));
const { counts, remarks, times } = count(stream, names);
for await (const chunk of stream.compose(new spec())) process.stdout.write(chunk);

for (const name of names) {
  if (times.has(name)) continue;
  counts.failed += 1;
  remarks.push(`no test in ${name}`);
}
if (files.length === 0) {
  counts.failed += 1;
  remarks.push('no test file was found');
}
for (const remark of remarks) console.log(remark);
if (files.length > 20) {
  const slowest = [...times].sort((a, b) => b[1] - a[1]).slice(0, 20);
  console.log('\nslowest files, in seconds');
  for (const [file, time] of slowest) {
    console.log(`${(time / 1000).toFixed(1).padStart(7)}  ${file}`);
  }
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
