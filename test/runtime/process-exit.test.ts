import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkpointFolder } from '../model/golden.js';

const start = promisify(execFile);

/** Runs a program in a process of its own, which must end by itself: after a minute it is ended and that fails. */
async function outputOf(program: string): Promise<string> {
  const script = `const at = (path) => new URL(path, ${JSON.stringify(import.meta.url)}).href;
    const { loadModel } = await import(at('../../src/load-model.js'));
    const { NodeRuntime } = await import(at('../../src/runtime/node.js'));
    const { scaling, vector } = await import(at('./sample-graphs.js'));
    ${program}`;
  const { stdout } = await start(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 60_000,
  });
  return stdout;
}

suite('a process that closes nothing ends by itself', () => {
  test('after a model was run', async () => {
    const folder = JSON.stringify(fileURLToPath(checkpointFolder('gpt2-default')));
    const output = await outputOf(`const model = await loadModel(${folder});
      const run = await model.run('the mat');
      console.log(run.tokens.length);`);
    assert.equal(output, '4\n');
  });

  test('after a model was opened and never run, while its engine may still be starting', async () => {
    const folder = JSON.stringify(fileURLToPath(checkpointFolder('gpt2-default')));
    const output = await outputOf(`const model = await loadModel(${folder});
      console.log(model.tokenizer.encode('the mat').length);`);
    assert.equal(output, '4\n');
  });

  test('with the code that it asks for, also while its engine may still be starting', async () => {
    for (const wait of [0, 5, 10, 20, 40, 80]) {
      const exited = outputOf(`new NodeRuntime().start(); setTimeout(() => process.exit(7), ${wait});`);
      await assert.rejects(
        exited,
        (error: { code?: number; signal?: string }) => error.code === 7,
        `${wait}`,
      );
    }
  });

  test('after a run was cancelled, and after one that failed', async () => {
    const output = await outputOf(`const session = await new NodeRuntime().createSession(scaling(2));
      const controller = new AbortController();
      const cancelled = session.run({ x: vector(1) }, controller.signal).catch((error) => error.code);
      controller.abort();
      console.log(await cancelled);
      console.log(await session.run({ x: { ...vector(1), f() {} } }).catch((error) => error.name));`);
    assert.equal(output, 'cancelled\nDataCloneError\n');
  });

  test('but not while a run is at work', async () => {
    const output = await outputOf(`const session = await new NodeRuntime().createSession(scaling(2));
      void session.run({ x: vector(4) }).then((result) => console.log(result.get('y').data[0]));`);
    assert.equal(output, '8\n');
  });
});
