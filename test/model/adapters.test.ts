import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSafetensors, serializeSafetensors } from '../../src/checkpoint/index.js';
import { type LoadOptions, loadModel } from '../../src/load-model.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';
import { compareReference } from '../../src/verification/reference.js';
import { checkpointFolder, fixturesFolder } from './golden.js';

const runtime = new NodeRuntime();
const open = (folder: string, options: LoadOptions = {}) => loadModel(folder, { runtime, ...options });
const adapterFolder = (name: string) => fileURLToPath(new URL(`adapters/${name}/`, fixturesFolder));
const base = (name: string) => fileURLToPath(checkpointFolder(name));
const goldenOf = (name: string): Map<string, Tensor> =>
  parseSafetensors(readFileSync(join(adapterFolder(name), 'golden.safetensors')));

const copies: string[] = [];
after(() => Promise.all(copies.map((folder) => rm(folder, { recursive: true }))));

/** A copy of an adapter that is changed; its base is named by its whole path. */
async function changed(
  name: string,
  changes: { readonly config?: object; readonly weights?: (all: Map<string, Tensor>) => void },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'adapter-'));
  copies.push(folder);
  await cp(adapterFolder(name), folder, { recursive: true });
  const file = join(folder, 'adapter_config.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as { base_model_name_or_path: string };
  const place = join(adapterFolder(name), config.base_model_name_or_path);
  await writeFile(file, JSON.stringify({ ...config, base_model_name_or_path: place, ...changes.config }));
  if (changes.weights) {
    const weights = parseSafetensors(await readFile(join(folder, 'adapter_model.safetensors')));
    changes.weights(weights);
    await writeFile(join(folder, 'adapter_model.safetensors'), serializeSafetensors(weights));
  }
  return folder;
}

suite('an adapter gives what PEFT gives', () => {
  for (const name of readdirSync(new URL('adapters/', fixturesFolder))) {
    test(name, async () => {
      await using model = await open(adapterFolder(name));
      const rows = await compareReference(model, goldenOf(name));
      assert.deepEqual(
        rows.map((row) => [row.name, row.verdict]),
        [
          ['reference: residual stream', 'passed'],
          ['reference: last hidden state', 'passed'],
          ['reference: logits', 'passed'],
        ],
        JSON.stringify(rows),
      );
    });
  }
});

test('block by block, with a gradient, and step by step', async () => {
  await using model = await open(adapterFolder('llama-dora'));
  const golden = goldenOf('llama-dora');
  const { verify } = await import('../../src/verification/index.js');
  const { checks } = await verify(model, { reference: golden });
  assert.deepEqual(
    checks.filter(({ verdict }) => verdict === 'failed'),
    [],
  );
});

suite('where base and adapter are', () => {
  const name = 'llama-all';
  const same = async (folder: string, options: LoadOptions) => {
    await using model = await open(folder, options);
    const rows = await compareReference(model, goldenOf(name));
    assert.ok(rows.every(({ verdict }) => verdict === 'passed'));
    return model;
  };

  test('the base with the option adapter', async () => {
    const model = await same(base('llama-default'), { adapter: adapterFolder(name) });
    assert.match(model.id, /llama-default.* with .*llama-all/);
  });

  test('the base by its whole path', async () => {
    await same(await changed(name, {}), {});
  });

  test('another content has another hash', async () => {
    const hashes = await Promise.all(
      [base('llama-default'), adapterFolder(name), adapterFolder('llama-dora')].map(async (folder) => {
        await using model = await open(folder);
        return (await model.run({ tokenIds: [5] })).subject.contentHash;
      }),
    );
    assert.equal(new Set(hashes).size, 3);
  });

  test('a base that is not there, or not named', async () => {
    await assert.rejects(open(await changed(name, { config: { base_model_name_or_path: './nowhere' } })), {
      code: 'not-found',
      message: /^The base of .* cannot be opened: .*nowhere.*with the option adapter\.$/,
    });
    await assert.rejects(open(await changed(name, { config: { base_model_name_or_path: null } })), {
      message: /does not name its base/,
    });
  });

  test('an adapter on an adapter, and a folder that is none', async () => {
    await assert.rejects(open(adapterFolder(name), { adapter: adapterFolder(name) }), {
      message: /is an adapter itself: give its base/,
    });
    const pickled = await changed(name, {});
    await rename(join(pickled, 'adapter_model.safetensors'), join(pickled, 'adapter_model.bin'));
    await assert.rejects(open(base('llama-default'), { adapter: pickled }), {
      message: /only as adapter_model\.bin, a pickle.*never opened/,
    });
    await assert.rejects(open(base('llama-default'), { adapter: base('llama-default') }), {
      message: /is no adapter: it has no adapter_config\.json/,
    });
  });
});

test('a classifier has the labels that the adapter brings', async () => {
  for (const name of ['llama-classifier', 'bert-classifier']) {
    await using model = await open(adapterFolder(name));
    assert.equal(model.task, 'sequence-classification');
    assert.deepEqual(model.labels, ['LABEL_0', 'LABEL_1', 'LABEL_2']);
  }
});

suite('what does not fit is refused in one sentence', () => {
  const options: readonly [string, object, RegExp][] = [
    ['another kind', { peft_type: 'IA3' }, /sets peft_type to "IA3", and Pellucid reads only LORA\.$/],
    [
      'PiSSA',
      { init_lora_weights: 'pissa' },
      /init_lora_weights to "pissa", which changes the base's weights/,
    ],
    ['layer replication', { layer_replication: [[0, 2]] }, /sets layer_replication to \[\[0,2\]\], which/],
    ['parameters', { target_parameters: ['experts'] }, /sets target_parameters/],
    ['single tokens', { trainable_token_indices: [3] }, /sets trainable_token_indices/],
    ['tied updates', { ensure_weight_tying: true }, /sets ensure_weight_tying to true/],
    ['an unknown option', { new_option: { x: 1 } }, /sets new_option to \{"x":1\}, which Pellucid does not/],
    ['another rank', { r: 5 }, /the ranks 4 and 4, but adapter_config\.json says 5\.$/],
    ['a rank that is none', { r: 'x' }, /r must be a number above 0, not "x"/],
    ['an endless expression', { rank_pattern: { '(a+)+': 2 } }, /too involved: name the modules/],
    ['a broken expression', { alpha_pattern: { '(': 2 } }, /has "\(", which is no regular expression/],
    ['DoRA without magnitudes', { use_dora: true }, /uses DoRA \(use_dora\) at .* does not support/],
  ];
  for (const [what, config, message] of options) {
    test(what, async () => {
      await assert.rejects(open(await changed('llama-all', { config })), { name: 'PellucidError', message });
    });
  }

  test('another base', async () => {
    await assert.rejects(open(base('gpt2-default'), { adapter: adapterFolder('llama-all') }), {
      message: /^The adapter does not fit: it changes "model\.layers\.0\..*", which is no layer of/,
    });
    await assert.rejects(open(base('llama-unusual'), { adapter: adapterFolder('llama-all') }), {
      message: /^The adapter does not fit: "base_model.*" has shape \[.*\], but .* needs \[/,
    });
  });

  const first = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight';
  const files: readonly [string, (all: Map<string, Tensor>) => void, RegExp][] = [
    ['half an update', (all) => all.delete(first), /only one half of the update of model\.layers\.0/],
    [
      'another beginning',
      (all) => all.set('layers.0.lora_A.weight', all.get(first)!),
      /has "layers\.0\.lora_A\.weight", which does not begin with base_model\.model\./,
    ],
    [
      'an unknown part',
      (all) => all.set('base_model.model.x.lora_E', all.get(first)!),
      /Pellucid does not know lora_E/,
    ],
    [
      'an unknown weight',
      (all) => all.set('base_model.model.model.extra.weight', tensor('F32', [1], new Float32Array(1))),
      /does not use: "base_model\.model\.model\.extra\.weight"/,
    ],
    [
      'a shared token table',
      (all) => {
        all.set(
          'base_model.model.transformer.wte.weight',
          tensor('F32', [280, 24], new Float32Array(280 * 24)),
        );
      },
      /token table of its own \(modules_to_save\), which the output shares/,
    ],
  ];
  for (const [what, weights, message] of files) {
    test(what, async () => {
      const name = what === 'a shared token table' ? 'gpt2-conv1d' : 'llama-all';
      await assert.rejects(open(await changed(name, { weights })), { name: 'PellucidError', message });
    });
  }
});
