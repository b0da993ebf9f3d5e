import { fileURLToPath } from 'node:url';
import { type Checkpoint, openCheckpoint, openFolder } from '../../src/checkpoint/index.js';
import { createGraph, type GraphOptions, type ModelGraph } from '../../src/model/create-graph.js';
import { type Architecture, architectures } from '../../src/model/index.js';
import { checkpointFolder } from './golden.js';

/** The graph of a tiny checkpoint, with every hook point, and the checkpoint. */
export async function fixtureGraph(
  name: string,
  options: GraphOptions = {},
): Promise<ModelGraph & { readonly checkpoint: Checkpoint; readonly architecture: Architecture }> {
  const checkpoint = await openCheckpoint(await openFolder(fileURLToPath(checkpointFolder(name))));
  const architecture = architectures.find(({ modelType }) => modelType === checkpoint.modelType)!;
  return { ...createGraph(checkpoint, architecture, options), checkpoint, architecture };
}
