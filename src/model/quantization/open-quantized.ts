import { memoryScratch, type Scratch } from '../../checkpoint/scratch.js';
import { createGraph } from '../create-graph.js';
import { Model, type ModelParts } from '../model.js';
import { measurePrecision } from './precision.js';
import { type QuantizeOptions, quantizeWeights } from './quantized-weights.js';

/** How weights are rounded when a model is opened. */
export interface QuantizedOptions extends QuantizeOptions {
  readonly scratch?: (() => Promise<Scratch>) | undefined;
}

/**
 * A model that computes with its weights in 8 bits, and knows how far off that is: a built-in text is read with the
 * weights as they are and with the rounded ones.
 * @throws PellucidError `unsupported` where it has no weights that could be rounded, `bad-input` where there is no room for
 * them, `cancelled`.
 */
export async function openQuantized(parts: ModelParts, options: QuantizedOptions): Promise<Model> {
  const { checkpoint, architecture, task } = parts;
  const { graph } = createGraph(checkpoint, architecture, { task });
  const scratch = await (options.scratch?.() ?? memoryScratch());
  const weights = await quantizeWeights(graph, checkpoint.files, scratch, options);
  // Two models for the comparison alone; what they share outlives them.
  const exact = new Model(parts);
  const rounded = new Model({ ...parts, quantized: { weights: { ...weights, close: async () => {} } } });
  try {
    const precision = await measurePrecision(exact, rounded, options.signal);
    return new Model({ ...parts, quantized: { weights, precision } });
  } catch (error) {
    await weights.close();
    throw error;
  } finally {
    await Promise.all([exact.close(), rounded.close()]);
  }
}
