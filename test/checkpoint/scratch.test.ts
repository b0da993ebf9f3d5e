import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { memoryScratch } from '../../src/checkpoint/scratch.js';
import { scratchFile } from '../../src/checkpoint/sources/scratch-file.js';

suite('what is made of a checkpoint', () => {
  for (const [name, make] of [
    ['memory', async () => memoryScratch()],
    ['a file', scratchFile],
  ] as const) {
    test(`stays in ${name} until it is let go`, async () => {
      const scratch = await make();
      await scratch.append(Uint8Array.of(1, 2, 3));
      await scratch.append(Uint8Array.of(4));
      await scratch.append(Uint8Array.of(5, 6));
      assert.deepEqual([...(await scratch.read(0, 6))], [1, 2, 3, 4, 5, 6]);
      assert.deepEqual([...(await scratch.read(2, 5))], [3, 4, 5]);
      const { path } = scratch;
      assert.equal(path !== undefined && existsSync(path), name === 'a file');
      await scratch.close();
      await scratch.close();
      if (path !== undefined) assert.ok(!existsSync(dirname(path)));
    });
  }

  test('what a process left that was killed is removed a day later, and nothing of one that lives', async () => {
    // No process has so high a number.
    const left = await mkdtemp(join(tmpdir(), 'pellucid-weights-999999999-'));
    const fresh = await mkdtemp(join(tmpdir(), 'pellucid-weights-999999999-'));
    const alive = join(tmpdir(), `pellucid-weights-${process.ppid}-test`);
    await mkdir(alive, { recursive: true });
    const longAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    await Promise.all([left, alive].map((folder) => utimes(folder, longAgo, longAgo)));
    const scratch = await scratchFile();
    assert.deepEqual([left, fresh, alive].map(existsSync), [false, true, true]);
    await scratch.close();
    await Promise.all([fresh, alive].map((folder) => rm(folder, { recursive: true })));
  });
});
