import type { TargetDefinition } from '../model/index.js';
import { scoreOfAnswer } from './answer-scores.js';

/** The score of an answer minus that of the best other one: above 0 where the model answers so. */
export const margin: TargetDefinition = {
  name: 'margin',
  aliases: [],
  summary: 'score of an answer minus that of the best other answer',
  takes: 1,
  needs: 'distribution',
  build: (context) => {
    const { graph, logits } = context;
    const score = scoreOfAnswer(context, logits);
    const best = graph.applyAll('TopK', [logits], { k: 2 })[0]!;
    const [first, second] = graph
      .applyAll('Split', [best], { axis: 1, sizes: [1, 1] })
      .map((value) => graph.apply('Squeeze', [value], { axes: [1] }));
    // score − first is 0 for the best answer only, and score − second is above 0 for the best answer only.
    const lead = graph.apply('Relu', [graph.apply('Sub', [score, second!])]);
    return graph.apply('Add', [graph.apply('Sub', [score, first!]), lead]);
  },
};
