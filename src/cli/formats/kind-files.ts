import { extname } from 'node:path';
import { type Explanation, toJson } from '../../explanations/index.js';
import type { Figure } from '../../figures/index.js';
import { type FileContent, writeFiles } from '../../figures/output/write-file.js';
import { screenOf } from '../terminal/screen.js';

/** How explanations of one kind are drawn. */
export interface Drawer<E extends Explanation> {
  figure(explanation: E): Figure;
  text(explanation: E, screen: { readonly columns: number; readonly colorDepth?: 1 | 4 | 8 | 24 }): string;
}

/** Extensions of the files that a figure of an explanation can be written to. */
export const drawnExtensions: readonly string[] = ['.html', '.json', '.png', '.svg', '.txt'];

export type DrawnFormat = 'text' | 'json' | 'html' | 'svg';

/** Writes an explanation to files, in the format that each extension names; whole, or none of them. */
export async function saveDrawn<E extends Explanation>(
  paths: readonly string[],
  explanation: E,
  drawer: Drawer<E>,
  signal: AbortSignal,
): Promise<void> {
  const made: { path: string; content: FileContent }[] = [];
  for (const path of paths) {
    const extension = extname(path).toLowerCase();
    const content =
      extension === '.png'
        ? await drawer.figure(explanation).png()
        : drawn(explanation, drawer, formatOf[extension]!, false);
    made.push({ path, content });
  }
  signal.throwIfAborted();
  await writeFiles(made);
}

/** An explanation as text in one of the formats. */
export function drawn<E extends Explanation>(
  explanation: E,
  drawer: Drawer<E>,
  format: DrawnFormat,
  toScreen: boolean,
): string {
  const screen = screenOf(process.stdout);
  switch (format) {
    case 'json':
      return `${toJson(explanation)}\n`;
    case 'svg':
      return drawer.figure(explanation).svg;
    case 'html':
      return drawer.figure(explanation).html;
    case 'text':
      return `${drawer.text(explanation, toScreen ? screen : { columns: screen.columns })}\n`;
  }
}

const formatOf: Readonly<Record<string, DrawnFormat>> = {
  '.html': 'html',
  '.json': 'json',
  '.svg': 'svg',
  '.txt': 'text',
};
