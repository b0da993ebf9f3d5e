import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import { parseSafetensors } from '../../../src/checkpoint/index.js';
import { encodeOnnx, GraphBuilder } from '../../../src/graph/index.js';
import { activation } from '../../../src/model/blocks/activation.js';
import { ConfigReader } from '../../../src/model/config-reader.js';
import { NodeRuntime } from '../../../src/runtime/node.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { fixturesFolder } from '../golden.js';

const values = parseSafetensors(readFileSync(new URL('activations.safetensors', fixturesFolder)));
const input = values.get('input') as Tensor<'F32'>;
const runtime = new NodeRuntime();
after(() => runtime.close());

const contextOf = (graph: GraphBuilder, name: string) => ({
  graph,
  config: new ConfigReader({ hidden_act: name }, 'here'),
});

suite('activation functions equal the reference', () => {
  for (const name of [...values.keys()].filter((key) => key !== 'input')) {
    test(name, async () => {
      const graph = new GraphBuilder();
      // A hook point, because `linear` is its own input.
      graph.hook(
        'y',
        activation(contextOf(graph, name), 'hidden_act', 'gelu', graph.input('x', 'F32', input.shape)),
      );
      const session = await runtime.createSession(encodeOnnx(graph.build(), String));
      const result = (await session.run({ x: input })).get('y')!;
      const largest = Math.max(1, ...(values.get(name) as Tensor<'F32'>).data.map(Math.abs));
      // The two libraries approximate erf, exp and tanh differently: a few roundings, relative to the largest value.
      assertAllClose(result, values.get(name)!, 1e-6 * largest, name);
      await session.release();
    });
  }
});

test('functions with weights of their own and unknown ones are refused by name', () => {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', [1]);
  for (const name of ['prelu', 'xielu', 'gelu_typo', 'constructor', '']) {
    assert.throws(
      () => activation(contextOf(graph, name), 'hidden_act', 'gelu', x),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'unsupported');
        assert.ok(
          error.message.startsWith(`config.json of here sets hidden_act to "${name}", and`),
          error.message,
        );
        return true;
      },
    );
  }
});
