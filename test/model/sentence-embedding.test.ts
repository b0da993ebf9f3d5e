import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCheckpoint, openFolder } from '../../src/checkpoint/index.js';
import { differentiate, gradientOf } from '../../src/graph/differentiate.js';
import { type Graph, GraphBuilder, restrictTo } from '../../src/graph/index.js';
import { mpnet } from '../../src/model/architectures/mpnet.js';
import { makeBatch } from '../../src/model/batch.js';
import { createGraph } from '../../src/model/create-graph.js';
import { SessionCache } from '../../src/model/session-cache.js';
import { similarityOf } from '../../src/model/similarity.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { referenceTolerance } from '../tolerances.js';
import { FixtureCopies } from './fixture-copy.js';
import { fixturesFolder, goldenCases } from './golden.js';
import { openFolderModel } from './open-fixture.js';

/** See fixtures/sentences/make.py. */
interface Goldens {
  readonly embeddings: { settings: Record<string, unknown>; values: number[][] }[];
  readonly dense: number[][];
  readonly similarity: Record<'cosine' | 'dot' | 'euclidean' | 'manhattan', number>;
}

const goldens = JSON.parse(
  await readFile(new URL('sentences/pooling.json', fixturesFolder), 'utf8'),
) as Goldens;
const golden = goldenCases('mpnet-sentence').find(({ name }) => name === 'batch')!;
const inputs = golden.input_ids.map((row, i) => ({
  tokenIds: row.filter((_, position) => golden.attention_mask[i]![position] === 1),
}));

const copies = new FixtureCopies();
after(() => copies.remove());

interface Modules {
  readonly pooling?: object;
  /** Names of the modules behind the pooling; their folders are numbered. */
  readonly behind?: readonly string[];
  readonly settings?: object;
  readonly similarity?: string;
}

/** The folder of a sentence encoder whose modules are others. */
async function encoderFolder({ pooling, behind = [], settings, similarity }: Modules): Promise<string> {
  const folder = await copies.make('mpnet-sentence', {});
  const kinds = ['Transformer', 'Pooling', ...behind];
  const modules = kinds.map((kind, index) => ({
    idx: index,
    name: String(index),
    path: index === 0 ? '' : `${index}_${kind}`,
    type: `sentence_transformers.models.${kind}`,
  }));
  await copies.write(folder, 'modules.json', modules);
  if (pooling) await copies.write(folder, '1_Pooling/config.json', pooling);
  if (settings) await copies.write(folder, 'sentence_bert_config.json', settings);
  if (similarity)
    await copies.write(folder, 'config_sentence_transformers.json', { similarity_fn_name: similarity });
  if (behind.includes('Dense')) {
    const source = fileURLToPath(new URL('sentences/2_Dense', fixturesFolder));
    await cp(source, join(folder, '2_Dense'), { recursive: true });
  }
  return folder;
}

const rowOf = (values: readonly number[]): Tensor<'F32'> =>
  tensor('F32', [values.length], Float32Array.from(values));

describe('the embedding of a sentence is that of sentence-transformers', () => {
  for (const { settings, values } of goldens.embeddings) {
    test(`pooling ${JSON.stringify(settings.pooling_mode)}, padded on either side`, async () => {
      await using model = await openFolderModel(await encoderFolder({ pooling: settings }));
      assert.equal(model.task, 'sentence-embedding');
      for (const padding of ['left', 'right'] as const) {
        const runs = await model.runBatch(inputs, { capture: [], padding });
        for (const [row, run] of runs.entries()) {
          assert.deepEqual(run.embedding().axes, ['feature']);
          assertAllClose(run.embedding(), rowOf(values[row]!), referenceTolerance, `row ${row}`);
        }
      }
    });
  }

  test('settings of old files', async () => {
    const pooling = {
      word_embedding_dimension: 16,
      pooling_mode_lasttoken: true,
      pooling_mode_max_tokens: true,
    };
    await using model = await openFolderModel(await encoderFolder({ pooling }));
    const [run] = await model.runBatch(inputs, { capture: [] });
    const of = (mode: string) =>
      goldens.embeddings.find(({ settings }) => settings.pooling_mode === mode)!.values[0]!;
    assertAllClose(run!.embedding(), rowOf([...of('max'), ...of('lasttoken')]), referenceTolerance, 'both');
    assert.deepEqual(run!.predictions(), []);
  });

  test('a layer behind the pooling, and length 1', async () => {
    const folder = await encoderFolder({ behind: ['Dense', 'Normalize'] });
    await using model = await openFolderModel(folder);
    const runs = await model.runBatch(inputs);
    for (const [row, run] of runs.entries()) {
      assertAllClose(run.embedding(), rowOf(goldens.dense[row]!), referenceTolerance, `row ${row}`);
    }
  });
});

test('two texts are compared as the encoder says', async () => {
  const doubled = rowOf(goldens.dense[0]!.map((value) => 2 * value));
  for (const [name, value] of Object.entries(goldens.similarity)) {
    const found = similarityOf(doubled, rowOf(goldens.dense[1]!), name as keyof Goldens['similarity']);
    assert.ok(Math.abs(found - value) < 1e-5, `${name}: ${found} instead of ${value}`);
  }
  for (const [similarity, sign] of [
    ['cosine', 1],
    ['euclidean', -1],
  ] as const) {
    const folder = await encoderFolder({ behind: ['Dense', 'Normalize'], similarity });
    await using model = await openFolderModel(folder);
    const [a, b] = [rowOf(goldens.dense[0]!), rowOf(goldens.dense[1]!)];
    const found = await model.similarity(inputs[0]!, inputs[1]!);
    assert.ok(Math.abs(found - similarityOf(a, b, similarity)) < referenceTolerance);
    assert.ok(found * sign > 0);
  }
});

describe('a gradient of the embedding equals finite differences', () => {
  const modes = goldens.embeddings
    .map(({ settings }) => settings.pooling_mode)
    .filter((mode) => typeof mode === 'string');
  for (const mode of modes) {
    test(`pooling ${mode}`, async () => {
      const folder = await encoderFolder({ pooling: { pooling_mode: mode }, behind: ['Dense', 'Normalize'] });
      const checkpoint = await openCheckpoint(await openFolder(folder));
      const { graph } = createGraph(checkpoint, mpnet);
      const hook = 'blocks.1.hook_resid_pre';
      const first = withFirstFeature(graph);
      const sessions = new SessionCache(checkpoint.files, new NodeRuntime());
      const tokens = inputs[0]!.tokenIds.map((id) => ({ id, segment: 0 as const }));
      const { feeds } = makeBatch([{ tokens, answers: [0] }]);
      const names = [hook, gradientOf(hook)];
      const found = await sessions.run(
        { key: 'slope', build: () => restrictTo(differentiate(first, 'first', [hook]), names) },
        feeds,
      );
      await sessions.close();
      await using model = await openFolderModel(folder);
      const x = found.get(hook) as Tensor<'F32'>;
      const slopes = found.get(gradientOf(hook))!.data as Float32Array;
      const along = x.data.map((_, i) => Math.sin(7 * i + 1) / Math.sqrt(x.data.length));
      const expected = along.reduce((sum, value, i) => sum + value * slopes[i]!, 0);
      const at = async (by: number): Promise<number> => {
        const moved = x.data.map((value, i) => value + by * along[i]!);
        const given = { [hook]: tensor('F32', x.shape.slice(1), moved) };
        return (await model.run(inputs[0]!, { capture: [], given })).embedding().data[0] as number;
      };
      const change = ((await at(0.01)) - (await at(-0.01))) / 0.02;
      assert.ok(Math.abs(change - expected) < 1e-3, `${expected} instead of ${change}`);
      assert.ok(Math.abs(expected) > 1e-4, 'the slope is too small to tell');
    });
  }
});

/** The graph with the first feature of the embedding as a value of its own. */
function withFirstFeature(graph: Graph): Graph {
  const builder = GraphBuilder.extend(graph);
  builder.hook(
    'first',
    builder.apply('Slice', [builder.value('sentence_embedding')], { axis: 1, start: 0, end: 1 }),
  );
  return builder.build();
}

describe('what is not supported is refused by name', () => {
  for (const [what, modules, message] of [
    [
      'another module',
      { behind: ['LSTM'] },
      /module "LSTM"; supported are Transformer, Pooling, Dense and Normalize/,
    ],
    ['another pooling', { pooling: { pooling_mode_magic: true } }, /pooling "pooling_mode_magic"/],
    ['prompts left out', { pooling: { pooling_mode: 'mean', include_prompt: false } }, /include_prompt/],
    ['lower case', { settings: { do_lower_case: true } }, /do_lower_case/],
    ['another comparison', { similarity: 'jaccard' }, /"jaccard"; supported are cosine/],
    ['no length', { settings: { max_seq_length: 0 } }, /"max_seq_length"/],
  ] as const) {
    test(what, async () => {
      await assert.rejects(openFolderModel(await encoderFolder(modules)), { name: 'PellucidError', message });
    });
  }

  test('a layer that does not fit, or has other inputs', async () => {
    const folder = await encoderFolder({ behind: ['Dense'] });
    await copies.write(folder, '2_Dense/config.json', { in_features: 15, out_features: 6 });
    await assert.rejects(
      openFolderModel(folder),
      /2_Dense\/config\.json .* reads 15 features, and there are 16/,
    );
    await copies.write(folder, '2_Dense/config.json', {
      in_features: 16,
      out_features: 6,
      use_residual: true,
    });
    await assert.rejects(openFolderModel(folder), /use_residual to true/);
  });

  test('a module without its files, and one in a strange folder', async () => {
    const folder = await encoderFolder({});
    const modules = [
      { type: 'x.Transformer', path: '' },
      { type: 'x.Pooling', path: '../1_Pooling' },
    ];
    await copies.write(folder, 'modules.json', modules);
    await assert.rejects(openFolderModel(folder), /"Pooling" in "\.\.\/1_Pooling"/);
    await copies.write(folder, 'modules.json', [modules[0], { type: 'x.Pooling', path: '3_Pooling' }]);
    await assert.rejects(openFolderModel(folder), { code: 'not-found' });
    await writeFile(join(folder, 'modules.json'), '{}');
    await assert.rejects(openFolderModel(folder), /modules\.json does not hold a JSON list/);
  });

  test('a model that embeds no sentences', async () => {
    const folder = await copies.make('mpnet-default', {});
    await assert.rejects(
      openFolderModel(folder).then((model) => model.similarity({ tokenIds: [1] }, { tokenIds: [1] })),
      {
        code: 'unsupported',
        message: /no modules\.json/,
      },
    );
  });
});

test('a text is as long as the encoder reads, though the model reads more', async () => {
  await using model = await openFolderModel(await encoderFolder({ settings: { max_seq_length: 5 } }));
  assert.equal(model.dimensions.contextLength, 5);
  await assert.rejects(model.run({ tokenIds: [0, 3, 4, 5, 6, 2] }), /6 tokens, 1 more than the 5/);
});
