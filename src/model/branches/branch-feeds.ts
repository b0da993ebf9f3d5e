import { givenInput } from '../../graph/index.js';
import { type Tensor, tensor } from '../../tensor/index.js';
import { placesInput, sightInput } from '../blocks/branches.js';
import { targetIds, targetPlace } from '../gradient-graph.js';
import type { Piece, PlacedBranch } from './branch.js';
import type { Tree } from './trees.js';

/** Trees are filled up to a multiple of this, so that few sizes have to be planned. */
const step = 16;

/**
 * What a graph with branches is fed with to read some trees.
 * @returns also which input each value of its target belongs to: the index of the value, and the input
 */
export function branchFeeds(
  trees: readonly Tree[],
  branches: readonly PlacedBranch[],
  {
    pieces,
    windows,
  }: { readonly pieces: readonly Piece[]; readonly windows: readonly (number | undefined)[] },
) {
  const count = trees.length;
  const width = step * Math.ceil(Math.max(...trees.map(({ steps }) => steps.length)) / step);
  const size = pieces[0]!.embedding.length;
  const places = Math.max(
    ...trees.map(({ paths }) => paths.reduce((sum, { row }) => sum + branches[row]!.places.length, 0)),
  );
  const takes = branches[0]!.places[0]!.answers.length;
  const embeddings = new Float32Array(count * width * size);
  const positions = new BigInt64Array(count * width);
  const seen = new Float32Array(count * width);
  const answers = new BigInt64Array(count * places);
  const ids = new BigInt64Array(count * places * takes);
  const rows: [at: number, row: number][] = [];
  for (const [i, { steps, parents, depths, paths }] of trees.entries()) {
    const counts: number[] = [];
    for (const [node, piece] of steps.entries()) {
      const at = i * width + node;
      const { embedding, hidden } = pieces[piece]!;
      embeddings.set(embedding, at * size);
      positions[at] = BigInt(depths[node]!);
      counts[node] = (counts[parents[node]!] ?? 0) + (hidden ? 0 : 1);
      seen[at] = hidden ? 0 : counts[node]! - 1;
    }
    let next = i * places;
    for (const { row, nodes } of paths) {
      for (const { position, answers: own } of branches[row]!.places) {
        answers[next] = BigInt(nodes[position]!);
        for (const [j, id] of own.entries()) ids[next * takes + j] = BigInt(id);
        rows.push([next, row]);
        next += 1;
      }
    }
  }
  const at = tensor('I64', [count, places, 1], answers);
  const feeds: Record<string, Tensor> = {
    tokens: tensor('I64', [count, width], new BigInt64Array(count * width)),
    positions: tensor('I64', [count, width], positions),
    answers: at,
    [givenInput('hook_embed')]: tensor('F32', [count, width, size], embeddings),
    [placesInput]: tensor('F32', [count, width], seen),
    [targetPlace]: at,
    [targetIds]: tensor('I64', [count * places, takes, 1], ids),
  };
  for (const window of windows) feeds[sightInput(window)] = sightOf(trees, width, pieces, window);
  return { feeds, rows };
}

/** What each node sees: itself, and what is not hidden on the way to it, as far as the window reaches. */
function sightOf(
  trees: readonly Tree[],
  width: number,
  pieces: readonly Piece[],
  window = Number.POSITIVE_INFINITY,
): Tensor {
  const sight = new Uint8Array(trees.length * width * width);
  for (const [i, { steps, parents }] of trees.entries()) {
    for (let node = 0; node < width; node++) {
      const own = (i * width + node) * width;
      sight[own + node] = 1;
      let before = parents[node] ?? -1;
      for (let far = 1; before >= 0 && far < window; far++) {
        if (!pieces[steps[before]!]!.hidden) sight[own + before] = 1;
        before = parents[before]!;
      }
    }
  }
  return tensor('BOOL', [trees.length, 1, width, width], sight);
}
