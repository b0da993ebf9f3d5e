import type { TargetDefinition } from '../model/index.js';
import { logProbabilities } from './answer-scores.js';

/**
 * Σ P' · (log P' − log P) in nats: how far the model's answers are from those of another run, P' (Kullback and Leibler
 * 1951).
 */
export const kl: TargetDefinition = {
  name: 'kl',
  aliases: ['kullback-leibler'],
  summary: 'distance of the answers from those to another text, or to this one, in nats',
  takes: 0,
  needs: 'distribution',
  reads: 'comparison',
  build: (context) => {
    const { graph, reference } = context;
    const shares = graph.apply('Exp', [reference!]);
    const terms = graph.apply('Mul', [shares, graph.apply('Sub', [reference!, logProbabilities(context)])]);
    return graph.apply('ReduceSum', [terms], { axes: [-1], keepdims: 0 });
  },
};
