import type { Candidate, Model, Prediction, Run, Task } from '../../model/index.js';
import type { Screen } from './screen.js';
import { labelFor } from './token-line.js';

/** Width of the longest bar in characters. */
const barWidth = 20;

/** Up to so many positions are shown with all their candidates; more with the best one alone. */
const fewPositions = 3;

/** What a model says, as lines for the terminal. */
export function predictionLines(run: Run, model: Model, top: number, screen: Screen): string[] {
  const { task } = model;
  const predictions = run.predictions(top);
  const mask = run.tokens.find(({ id }) => id === model.tokenizer.specialIds.mask)?.piece;
  const heading = screen.bold(headingOf(task, mask));
  if (predictions.length === 0) return [heading];
  if (predictions.length <= fewPositions && (task !== 'masked-lm' || mask !== undefined)) {
    return predictions.flatMap((prediction) => [
      `${heading}${place(prediction, task)}`,
      ...prediction.candidates.map((candidate) => candidateLine(candidate, screen)),
    ]);
  }
  return [heading, ...predictions.map((prediction) => positionLine(prediction, run, screen))];
}

/** @param mask the mask token, where the text has one */
function headingOf(task: Task, mask: string | undefined): string {
  switch (task) {
    case 'base':
      return 'This checkpoint has no head, so it predicts nothing.';
    case 'causal-lm':
      return 'What comes next';
    case 'masked-lm':
      return mask
        ? `What stands at ${mask}`
        : 'What the model expects at each token (write [MASK] to hide one)';
    case 'question-answering':
      return 'Answer';
    case 'sentence-embedding':
      return 'This checkpoint embeds sentences, so it predicts nothing.';
    case 'replaced-token-detection':
      return 'How probably each token was replaced';
    case 'sequence-classification':
      return 'Class';
    case 'token-classification':
      return 'Class of each token';
  }
}

function place({ position }: Prediction, task: Task): string {
  return position === null || task === 'causal-lm' ? '' : ` (position ${position})`;
}

function candidateLine({ text, probability, score }: Candidate, screen: Screen): string {
  const label = labelFor(text, screen);
  if (probability === null) return `  ${score.toFixed(3).padStart(7)}  ${label}`;
  const bar = '█'.repeat(Math.round(probability * barWidth)).padEnd(barWidth);
  return `  ${percent(probability)}  ${bar}  ${label}`;
}

function positionLine({ position, candidates }: Prediction, run: Run, screen: Screen): string {
  const best = candidates[0]!;
  const token = position === null ? '' : `${labelFor(run.tokens[position]!, screen)} → `;
  return `  ${percent(best.probability ?? 0)}  ${token}${labelFor(best.text, screen)}`;
}

function percent(probability: number): string {
  return `${(probability * 100).toFixed(1).padStart(5)} %`;
}
