import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSafetensors } from '../../src/checkpoint/index.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';
import { referenceScript, verify } from '../../src/verification/index.js';
import { checkpointFolder, fixturesFolder } from '../model/golden.js';
import { openFixture } from '../model/open-fixture.js';

const folder = new URL('verification/', fixturesFolder);
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.py') ? [file.slice(0, -3)] : []));

/** What a run of the script wrote. */
function referenceOf(name: string): Map<string, Tensor> {
  return parseSafetensors(readFileSync(new URL(`${name}.safetensors`, folder)));
}

/** The rows of the table that speak of the reference, by name. */
async function compared(name: string, reference: ReadonlyMap<string, Tensor>, text?: string) {
  await using model = await openFixture(name);
  const { checks, verdict } = await verify(model, { reference, text });
  const about = checks.filter((check) => check.name.startsWith('reference: '));
  return { verdict, rows: new Map(about.map((check) => [check.name.slice(11), check])) };
}

function moved(value: Tensor, index: number, by: number): Tensor {
  const data = (value.data as Float32Array).slice();
  data[index]! += by;
  return tensor('F32', value.shape, data);
}

suite('the script is the one that was run', () => {
  for (const name of names) {
    test(name, async () => {
      await using model = await openFixture(name);
      const printed = referenceScript(model).replace(
        JSON.stringify(fileURLToPath(checkpointFolder(name))),
        JSON.stringify(`fixtures/checkpoints/${name}`),
      );
      assert.equal(printed, readFileSync(new URL(`${name}.py`, folder), 'utf8'));
    });
  }

  test('it holds what is asked for, as Python writes it', async () => {
    await using model = await openFixture('gpt2-default');
    assert.match(referenceScript(model, { text: 'é "x"\n' }), /\("\\u00e9 \\"x\\"\\n", return_tensors/);
    assert.match(referenceScript(model, { tokenIds: [3, 1] }), /ids = torch\.tensor\(\[\[3, 1\]\]\)/);
  });
});

suite('a model agrees with its reference', () => {
  const groups: Readonly<Record<string, readonly string[]>> = {
    'bert-pretraining': ['logits', 'seq_relationship_logits'],
    'bert-question-answering': ['logits'],
    'gpt2-base-names': [],
    'gpt2-default': ['logits'],
    'opt-unusual': ['logits'],
  };
  for (const name of names) {
    test(name, async () => {
      const { verdict, rows } = await compared(name, referenceOf(name));
      const failed = [...rows.values()].filter((row) => row.verdict !== 'passed');
      assert.deepEqual(failed, []);
      assert.equal(verdict, 'passed');
      const wanted = ['attention patterns', 'last hidden state', 'residual stream', ...groups[name]!];
      for (const group of wanted) assert.ok(rows.has(group), `${group} is compared`);
    });
  }
});

suite('what differs from the reference fails', () => {
  for (const [tensorName, group] of [
    ['logits', 'logits'],
    ['hidden_states.0', 'residual stream'],
    ['hidden_states.2', 'last hidden state'],
    ['attentions.1', 'attention patterns'],
  ] as const) {
    test(tensorName, async () => {
      const reference = referenceOf('gpt2-default');
      reference.set(tensorName, moved(reference.get(tensorName)!, 5, 0.01));
      const { verdict, rows } = await compared('gpt2-default', reference);
      assert.equal(rows.get(group)!.verdict, 'failed');
      assert.match(rows.get(group)!.note, new RegExp(tensorName));
      assert.equal(verdict, 'failed');
      assert.equal([...rows.values()].filter((row) => row.verdict === 'failed').length, 1);
    });
  }

  test('the start of an answer is not its end', async () => {
    const reference = referenceOf('bert-question-answering');
    const start = reference.get('start_logits')!;
    reference.set('start_logits', reference.get('end_logits')!).set('end_logits', start);
    const { rows } = await compared('bert-question-answering', reference);
    assert.equal(rows.get('logits')!.verdict, 'failed');
  });

  test('a value of another shape, NaN', async () => {
    const reference = referenceOf('gpt2-default');
    const logits = reference.get('logits')!;
    reference.set('logits', tensor('F32', [1, 2], new Float32Array(2)));
    assert.equal((await compared('gpt2-default', reference)).rows.get('logits')!.verdict, 'failed');
    reference.set('logits', moved(logits, 0, Number.NaN));
    assert.equal((await compared('gpt2-default', reference)).rows.get('logits')!.verdict, 'failed');
  });

  test('another text', async () => {
    const { rows } = await compared('gpt2-default', referenceOf('gpt2-default'), 'the dog');
    assert.equal(rows.get('token ids')!.verdict, 'failed');
  });
});

test('tensors that nothing corresponds to are named', async () => {
  const reference = referenceOf('gpt2-default');
  reference.set('router_logits.0', tensor('F32', [1], new Float32Array(1)));
  const { verdict, rows } = await compared('gpt2-default', reference);
  assert.equal(verdict, 'passed');
  assert.match(rows.get('other tensors')!.note, /no hook point holds router_logits\.0/);
});

test('a file without token ids, or with nothing else, is no reference', async () => {
  await assert.rejects(compared('gpt2-default', new Map()), {
    code: 'bad-checkpoint',
    message: /has no tensor token_ids/,
  });
  const ids = tensor('I64', [2], BigInt64Array.of(3n, 4n));
  const { verdict } = await compared('gpt2-default', new Map([['token_ids', ids]]));
  assert.equal(verdict, 'failed');
});
