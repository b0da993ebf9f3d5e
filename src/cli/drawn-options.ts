import { type Command, Option } from 'commander';
import type { Explanation } from '../explanations/index.js';
import { usageError } from './failure.js';
import type { Drawer, DrawnFormat } from './formats/kind-files.js';

/** Options of commands whose result is one figure. */
export interface DrawnOptions {
  readonly position?: string;
  readonly format?: DrawnFormat;
  readonly theme?: 'light' | 'dark';
  readonly output?: readonly string[];
  readonly quiet?: boolean;
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

/** Adds the options that say how one figure is shown. */
export function addDrawnOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <name>', 'what is printed').choices(['text', 'json', 'html', 'svg']))
    .addOption(new Option('--theme <name>', 'theme of the picture').choices(['light', 'dark']))
    .option(
      '-o, --output <file>',
      'write to a file that ends in .json, .html, .svg, .png or .txt; may be repeated',
      collect,
    );
}

/** The position that is asked for. */
export function positionOf({ position }: DrawnOptions): number | undefined {
  if (position === undefined || /^-?\d{1,9}$/.test(position))
    return position === undefined ? undefined : Number(position);
  throw usageError(`--position must be a position, not "${position}"`);
}

/** Writes the files that are asked for, and prints the explanation where none is, or a format is named. */
export async function showDrawn<E extends Explanation>(
  explanation: E,
  drawer: Drawer<E>,
  { output: paths = [], format, quiet = false }: DrawnOptions,
  signal: AbortSignal,
): Promise<void> {
  const { drawn, saveDrawn } = await import('./formats/kind-files.js');
  if (paths.length > 0) await saveDrawn(paths, explanation, drawer, signal);
  if (format !== undefined || paths.length === 0)
    process.stdout.write(drawn(explanation, drawer, format ?? 'text', true));
  if (!quiet && paths.length > 0) process.stderr.write(`written: ${paths.join(', ')}\n`);
}

/** Checks the files that are asked for before anything is computed. */
export async function checkDrawn({ output = [] }: DrawnOptions): Promise<void> {
  const { drawnExtensions } = await import('./formats/kind-files.js');
  const { checkOutputs } = await import('./output-path.js');
  await checkOutputs(output, drawnExtensions);
}
