import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import type { Estimate } from '../../src/model/index.js';

const width = 1024;
const inner = 65_536;
const layers = 112;
const vocabulary = 1000;

/** How deep the run goes: the rest of the file is planned for, but not read. */
const deep = 2;

const folder = await mkdtemp(join(tmpdir(), 'large-checkpoint-'));
after(() => rm(folder, { recursive: true }));

/** Writes a GPT-2 in bfloat16, 31 GB of zeros that take no room on the disk, with a few weights that are not zero. */
async function writeCheckpoint(): Promise<{ apparent: number; taken: number }> {
  const shapes: [string, number[]][] = [
    ['wte.weight', [vocabulary, width]],
    ['wpe.weight', [64, width]],
    ...norm('ln_f'),
  ];
  for (let layer = 0; layer < layers; layer++) {
    const name = `h.${layer}`;
    shapes.push(...norm(`${name}.ln_1`), ...norm(`${name}.ln_2`));
    shapes.push(
      ...dense(`${name}.attn.c_attn`, width, 3 * width),
      ...dense(`${name}.attn.c_proj`, width, width),
    );
    shapes.push(...dense(`${name}.mlp.c_fc`, width, inner), ...dense(`${name}.mlp.c_proj`, inner, width));
  }
  const header: Record<string, unknown> = {};
  const starts = new Map<string, number>();
  let end = 0;
  for (const [name, shape] of shapes) {
    const start = end;
    end += 2 * shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype: 'BF16', shape, data_offsets: [start, end] };
    starts.set(name, start);
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const path = join(folder, 'model.safetensors');
  const file = await open(path, 'w');
  await file.write(Buffer.concat([length, json]), 0);
  await file.truncate(8 + json.length + end);
  // 1 and 2 in bfloat16: the bias of each block's last product adds 1 to the first feature, the table starts with 2.
  const one = Buffer.from([0x80, 0x3f]);
  for (let layer = 0; layer < layers; layer++)
    await file.write(one, 0, 2, 8 + json.length + starts.get(`h.${layer}.mlp.c_proj.bias`)!);
  await file.write(Buffer.from([0x00, 0x40]), 0, 2, 8 + json.length + starts.get('wte.weight')!);
  await file.close();
  const config = {
    ...{ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], vocab_size: vocabulary },
    ...{ n_embd: width, n_inner: inner, n_head: 16, n_layer: layers, n_positions: 64 },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const { size, blocks } = await stat(path);
  return { apparent: size, taken: blocks * 512 };
}

const norm = (name: string): [string, number[]][] => [
  [`${name}.weight`, [width]],
  [`${name}.bias`, [width]],
];
const dense = (name: string, from: number, to: number): [string, number[]][] => [
  [`${name}.weight`, [from, to]],
  [`${name}.bias`, [to]],
];

/** What a process of its own finds; its memory is its own too. */
interface Found {
  readonly run: Estimate;
  readonly all: Estimate;
  readonly refusal: string;
  readonly first: number;
  readonly grown: number | null;
}

const script = `
import { readFileSync } from 'node:fs';
import { loadModel } from '${new URL('../../src/index.js', import.meta.url).href}';
const peak = () => process.platform === 'linux'
  ? 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) : null;
const [folder, layer, limit] = [process.argv[1], process.argv[2], Number(process.argv[3])];
const model = await loadModel(folder, { memory: { limit } });
const input = { tokenIds: [0, 5, 9, 3] };
const hook = 'blocks.' + layer + '.hook_resid_post';
const options = { capture: hook, answers: 'none' };
const run = await model.estimate(input, options);
const all = await model.estimate(input, {});
const refusal = await model.estimate(input, { memory: { limit: 2 ** 28 } }).then(() => 'none', ({ message }) => message);
const before = peak();
const result = await model.run(input, options);
const found = { run, all, refusal, first: result.activation(hook).data[0], grown: before === null ? null : peak() - before };
process.stdout.write(JSON.stringify(found));
`;

suite('a checkpoint whose float32 form is larger than the memory', async () => {
  const { apparent, taken } = await writeCheckpoint();
  const dense = taken > apparent / 100;
  const skip = dense && 'needs a file system with sparse files';

  test('runs block by block, in the memory that was planned', { skip }, async () => {
    assert.ok(apparent > 30e9, `${apparent} bytes`);
    const limit = 2 ** 30;
    const execute = promisify(execFile);
    const given = ['--input-type=module', '--eval', script, folder, String(deep - 1), String(limit)];
    const { stdout } = await execute(process.execPath, given);
    const found = JSON.parse(stdout) as Found;
    for (const estimate of [found.run, found.all]) {
      assert.equal(estimate.mode, 'segmented');
      assert.ok(estimate.peakBytes <= limit);
    }
    assert.match(
      found.refusal,
      /even one token takes .* weights of one block and 96 MiB of the engine itself/,
    );
    assert.equal(found.first, 2 + deep);
    if (found.grown !== null)
      assert.ok(found.grown <= found.run.peakBytes, `${found.grown} bytes were taken`);
  });
});
