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
});
