import { suite, test } from 'node:test';
import { formatGraph } from '../../src/graph/index.js';
import { assertSnapshot } from '../snapshot.js';
import { fixtureGraph } from './fixture-graph.js';

suite('the graph of a checkpoint, as text', () => {
  for (const name of ['bert-default', 'gpt2-default']) {
    test(name, async () => {
      const { graph } = await fixtureGraph(name);
      assertSnapshot(`model/snapshots/${name}.graph.txt`, formatGraph(graph));
    });
  }

  test('gpt2-default, in the form that continues a text', async () => {
    const { graph } = await fixtureGraph('gpt2-default', { continues: true });
    assertSnapshot('model/snapshots/gpt2-default-continues.graph.txt', formatGraph(graph));
  });
});
