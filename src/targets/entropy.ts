import type { TargetDefinition } from '../model/index.js';
import { logProbabilities } from './answer-scores.js';

/** −Σ P · log P in nats: how undecided the model is. */
export const entropy: TargetDefinition = {
  name: 'entropy',
  aliases: [],
  summary: 'how undecided the model is, in nats',
  takes: 0,
  needs: 'distribution',
  build: (context) => {
    const { graph } = context;
    const logs = logProbabilities(context);
    const terms = graph.apply('Mul', [graph.apply('Exp', [logs]), logs]);
    return graph.apply('Neg', [graph.apply('ReduceSum', [terms], { axes: [-1], keepdims: 0 })]);
  },
};
