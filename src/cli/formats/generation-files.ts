import type { ContextReliance, GenerationAttribution } from '../../explanations/index.js';
import { toJson } from '../../explanations/json.js';
import { methodTitle, scoreText } from '../../figures/drawing/attribution-text.js';
import { modelName } from '../../figures/drawing/description.js';
import { labelText } from '../../figures/drawing/labels.js';
import { generationMatrix } from '../../figures/index.js';
import { screenOf } from '../terminal/screen.js';
import type { Writer } from './explanation-files.js';

type Found = GenerationAttribution | ContextReliance;

/** How explanations of generated texts are written, by extension; `top` is how many features a line lists. */
export function generationWriters(top: number): Readonly<Record<string, Writer<Found>>> {
  return {
    '.html': (found) => generationMatrix(found).html,
    '.json': (found) => `${toJson(found)}\n`,
    '.png': (found) => generationMatrix(found).png(),
    '.svg': (found) => generationMatrix(found).svg,
    '.txt': (found, toScreen) => asText(found, top, toScreen),
  };
}

/** A line for each generated token: its target, and what it rests on most. */
function asText(found: Found, top: number, toScreen: boolean): string {
  const { method, tokens, generated, subject } = found;
  const plain = (text: string) => text;
  const { bold, dim } = toScreen ? screenOf(process.stdout) : { bold: plain, dim: plain };
  const relies = 'sensitivity' in found;
  const labels = generated.map(({ position }) => labelText(tokens[position]!));
  const width = Math.max(...labels.map((label) => label.length));
  const lines = generated.map(({ target }, row) => {
    const shift = relies ? found.sensitivity[row] : undefined;
    const value = shift ? `KL ${shift.divergence.toFixed(2)}` : `${target?.name} ${target?.value.toFixed(2)}`;
    const rests = target ? strongest(found, row, top) : dim('below the threshold');
    return `  ${bold(labels[row]!.padEnd(width))}  ${value.padStart(10)}  ${rests}`;
  });
  const about = relies
    ? `which tokens rely on the context (KL of ${found.threshold.toFixed(2)} nats or more), and on what in it`
    : 'what each generated token rests on most';
  return [`${methodTitle(method)}: ${about}, ${modelName(subject)}`, '', ...lines, ''].join('\n');
}

function strongest(found: Found, row: number, top: number): string {
  const { features, values, generated } = found;
  const scores = values.data.subarray(row * features.length);
  return [...Array(generated[row]!.present).keys()]
    .sort((a, b) => Math.abs(scores[b]!) - Math.abs(scores[a]!))
    .slice(0, top)
    .map((i) => `${labelText(features[i]!.label)} ${scoreText(found, scores[i]!)}`)
    .join('  ');
}
