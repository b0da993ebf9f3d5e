import { extname } from 'node:path';
import type { Comparison } from '../../compare.js';
import { toJson } from '../../explanations/json.js';
import {
  attributionPage,
  type Figure,
  methodComparison,
  terminalHighlight,
  tokenHighlight,
} from '../../figures/index.js';
import { type FileContent, writeFiles } from '../../figures/output/write-file.js';
import { screenOf } from '../terminal/screen.js';

/** Writes what was found in one format: for a file, or for the screen. */
export type Writer<Found> = (found: Found, toScreen: boolean) => string | Promise<Uint8Array>;

/** How explanations are written, by extension; `top` is how many features a text lists. */
export function writersFor(top: number): Readonly<Record<string, Writer<Comparison>>> {
  return {
    '.html': ({ attributions, agreement }) => attributionPage(attributions, { agreement }).html,
    '.json': ({ attributions, agreement }) =>
      `${toJson(attributions.length === 1 ? attributions[0] : { attributions, agreement })}\n`,
    '.png': (found) => pictureOf(found).png(),
    '.svg': (found) => pictureOf(found).svg,
    '.txt': (found, toScreen) => asText(found, top, toScreen),
  };
}

/** Extensions of the files that explanations can be written to. */
export const explanationExtensions: readonly string[] = Object.keys(writersFor(0));

/** One method as a coloured text, several below each other. */
function pictureOf({ attributions, agreement }: Comparison): Figure {
  return attributions.length === 1
    ? tokenHighlight(attributions[0]!)
    : methodComparison(attributions, { agreement });
}

function asText({ attributions, agreement }: Comparison, top: number, toScreen: boolean): string {
  const screen = screenOf(process.stdout);
  const options = toScreen ? { ...screen, top } : { columns: screen.columns, top };
  const parts = attributions.map((attribution) => terminalHighlight(attribution, options));
  if (attributions.length > 1) {
    const width = Math.max(...attributions.map(({ method }) => method.length));
    const rows = attributions.map(
      ({ method }, i) =>
        `  ${method.padEnd(width)}  ${agreement[i]!.map((tau) => tau.toFixed(2).padStart(6)).join('')}`,
    );
    parts.push(['Agreement (Kendall’s τ, in the order of the rows)', ...rows].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

/** Writes explanations to files, in the format that each extension names; whole, or none of them. */
export async function saveExplanation<Found>(
  paths: readonly string[],
  writers: Readonly<Record<string, Writer<Found>>>,
  found: Found,
  signal: AbortSignal,
): Promise<void> {
  const made: { path: string; content: FileContent }[] = [];
  for (const path of paths)
    made.push({ path, content: await writers[extname(path).toLowerCase()]!(found, false) });
  signal.throwIfAborted();
  await writeFiles(made);
}
