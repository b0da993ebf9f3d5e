import type { AblationFinding, Attribution, Overview, Verdict } from '../../explanations/index.js';
import { findingTitle, scoreText, targetText } from '../../figures/drawing/attribution-text.js';
import { labelText } from '../../figures/drawing/labels.js';
import type { Screen } from './screen.js';

/** How many features of an attribution are named. */
const mostNamed = 5;

/** The findings of an overview, each with its verdict, as lines for the terminal. */
export function findingLines(overview: Overview, screen: Screen): string[] {
  const { target, attribution, head, mlp, notes, cost } = overview;
  const { bold, dim } = screen;
  const about = target ? ` ${dim(`(${targetText(target)})`)}` : '';
  const found = [
    ...(attribution ? finding('words', strongest(attribution), attribution.verdict, screen) : []),
    ...(head ? ablation(head, overview, screen) : []),
    ...(mlp ? ablation(mlp, overview, screen) : []),
    ...notes.map((note) => `  ${note}`),
  ];
  const price = `${cost} passes of the model; --verdict off leaves this out`;
  return [`${bold('What matters for it')}${about}`, ...found, ...(target ? [dim(`  ${price}`)] : [])];
}

/** The features with the largest scores, the largest first. */
function strongest(attribution: Attribution): string {
  const { features, values } = attribution;
  const order = [...features.keys()].sort((a, b) => Math.abs(values.data[b]!) - Math.abs(values.data[a]!));
  return order
    .slice(0, mostNamed)
    .map((i) => `${labelText(features[i]!.label)} ${scoreText(attribution, values.data[i]!)}`)
    .join('  ');
}

function ablation(found: AblationFinding, overview: Overview, screen: Screen): string[] {
  return finding(found.part === 'mlp' ? 'MLP' : 'head', findingTitle(found, overview), found.verdict, screen);
}

function finding(
  kind: string,
  what: string,
  verdict: Verdict | null,
  { bold, dim, columns }: Screen,
): string[] {
  if (!verdict) return [`  ${kind.padEnd(6)} ${what}`];
  const room = Math.max(30, columns - 9);
  const reason: string[] = [];
  for (const word of verdict.reason.split(' ')) {
    const last = reason.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room)
      reason[reason.length - 1] = `${last} ${word}`;
    else reason.push(word);
  }
  return [
    `  ${kind.padEnd(6)} ${what}  ${bold(`[${verdict.conclusion}]`)}`,
    ...reason.map((line) => dim(`         ${line}`)),
  ];
}
