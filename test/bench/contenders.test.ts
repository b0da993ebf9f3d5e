import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Command, Contender, withContenders } from '../../bench/contenders/contender.js';
import { findPeers } from '../../bench/peers.js';
import { alternate } from '../../bench/works/alternate.js';
import { compareSamples } from '../../bench/works/same-work.js';

/** A contender whose program is given as text; it reads lines into `line`. */
function contender(name: string, program: string): Command {
  const script = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => { ${program} })`;
  return { name, program: process.execPath, arguments: ['-e', script] };
}

const sampling = (value: number) =>
  contender(`${value}`, `console.log(JSON.stringify({ answer: [1, ${value}] }))`);

suite('contenders of the benchmark', () => {
  test('take turns in reversed order; the first turn counts for nothing', async () => {
    const order: string[] = [];
    const turn = (name: string) => async (repetitions: number) => {
      order.push(name);
      return Array.from({ length: repetitions }, () => order.length);
    };
    const measured = await alternate([turn('a'), turn('b')], { rounds: 2, repetitions: 3 });
    assert.deepEqual(order, ['a', 'b', 'a', 'b', 'b', 'a']);
    assert.deepEqual(measured, [
      [3, 3, 3, 6, 6, 6],
      [4, 4, 4, 5, 5, 5],
    ]);
  });

  test('whose numbers differ by more than rounding are refused', async () => {
    const difference = (value: number) =>
      withContenders([sampling(2), sampling(value)], (both) => compareSamples(both, [1]));
    assert.ok((await difference(2.0001)) < 2e-4);
    await assert.rejects(difference(2.01), /do not compute the same/);
  });

  test('that fail or die say why', async () => {
    const failing = contender('failing', `console.log(JSON.stringify({ error: 'no such folder' }))`);
    const dying = contender('dying', `console.error('out of memory'); process.exit(3)`);
    const ask = (command: Command) =>
      withContenders([command], ([each]) => each!.ask('load', { folder: 'x', threads: 1 }));
    await assert.rejects(ask(failing), /failing fails at load: no such folder/);
    await assert.rejects(ask(dying), /dying ended before it answered[\s\S]*out of memory/);
    const absent = new Contender({ name: 'absent', program: 'there-is-no-such-program', arguments: [] });
    await assert.rejects(absent.nextLine(), /absent ended before it answered[\s\S]*ENOENT/);
    await absent.close();
  });

  test('that are not installed are told of, with what to do', () => {
    const given = process.env.PELLUCID_PYTHON;
    try {
      delete process.env.PELLUCID_PYTHON;
      assert.match(
        (findPeers('there/is/no/such/folder') as { missing: string }).missing,
        /pip install -r bench/,
      );
      process.env.PELLUCID_PYTHON = 'there-is-no-such-python';
      assert.match(
        (findPeers('bench') as { missing: string }).missing,
        /there-is-no-such-python does not run/,
      );
    } finally {
      if (given === undefined) delete process.env.PELLUCID_PYTHON;
      else process.env.PELLUCID_PYTHON = given;
    }
  });
});
