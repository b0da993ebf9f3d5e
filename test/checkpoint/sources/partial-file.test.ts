import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { claimPartial, leavePartial } from '../../../src/checkpoint/sources/partial-file.js';

let folder: string;
let blob: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partial-'));
  blob = join(folder, 'abc');
});
afterEach(() => rm(folder, { recursive: true }));

const host = hostname().replace(/[^\w-]/g, '_');

test('what an earlier download left is taken by one only', async () => {
  await writeFile(`${blob}.incomplete`, 'left');
  const [first, second] = await Promise.all([claimPartial(blob), claimPartial(blob)]);
  assert.notEqual(first, second);
  assert.equal((await readdir(folder)).length, 1);
  const found = await Promise.all([first, second].map((path) => readFile(path, 'utf8').catch(() => '')));
  assert.deepEqual(found.sort(), ['', 'left']);
});

test('the partial file of a process that ended is taken, that of a running one is not', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const ended = `${blob}.${host}-${pid}-1.incomplete`;
  const running = `${blob}.${host}-${process.ppid}-1.incomplete`;
  const elsewhere = `${blob}.another-host-${pid}-1.incomplete`;
  for (const path of [ended, running, elsewhere]) await writeFile(path, path);
  const claimed = await claimPartial(blob);
  assert.equal(await readFile(claimed, 'utf8'), ended);
  assert.deepEqual(
    (await readdir(folder)).sort(),
    [claimed, running, elsewhere].map((path) => basename(path)).sort(),
  );
});

test('a file that a download of this process is writing is not taken', async () => {
  const first = await claimPartial(blob);
  await writeFile(first, 'being written');
  assert.notEqual(await claimPartial(blob), first);
  assert.equal(await readFile(first, 'utf8'), 'being written');
});

test('what is left is found again, and nothing is left of nothing', async () => {
  const first = await claimPartial(blob);
  await writeFile(first, 'some');
  await leavePartial(first, blob);
  assert.deepEqual(await readdir(folder), ['abc.incomplete']);
  const second = await claimPartial(blob);
  assert.equal(await readFile(second, 'utf8'), 'some');
  await writeFile(second, '');
  await leavePartial(second, blob);
  assert.deepEqual(await readdir(folder), []);
});
