import { type Command, Option } from 'commander';
import type { HeatmapOptions, TerminalHeatmapOptions } from '../figures/index.js';
import { parseNumber } from './input-options.js';

const names = [
  ...(['annotate', 'cellSize', 'center', 'colorbar', 'colors', 'format'] as const),
  ...(['robust', 'square', 'theme', 'title', 'vmax', 'vmin'] as const),
];

/** Options of the heatmap that the command line passes on under their own names. */
export type DrawingOptions = Pick<HeatmapOptions, (typeof names)[number]>;

/** Adds the options of the drawing; they mean what seaborn's `heatmap` means by them. */
export function addDrawingOptions(command: Command): Command {
  return command
    .optionsGroup('Drawing:')
    .option(
      '--colors <name>',
      'colour map, e.g. YlGnBu, Blues, viridis, magma, RdBu; with _r behind it reversed',
    )
    .option('--no-annotate', 'write no numbers into the cells of a picture')
    .option('--format <format>', 'number format, as d3-format spells it (default: .2f)')
    .option('--vmin <number>', 'value at the lower end of the colours', parseNumber)
    .option('--vmax <number>', 'value at the upper end of the colours', parseNumber)
    .option('--center <number>', 'value in the middle of the colours', parseNumber)
    .option('--robust', 'let the colours go from the 2nd to the 98th percentile')
    .option('--title <text>', 'title above the picture')
    .option('--cell-size <pixels>', 'width of a cell', parseNumber)
    .option('--no-square', 'let cells be wider than high')
    .option('--no-colorbar', 'draw no colour bar')
    .addOption(new Option('--theme <name>', 'theme of the picture').choices(['light', 'dark']));
}

/** The options of the drawing among those of a command. */
export function drawingOf(options: DrawingOptions): DrawingOptions {
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/** Those of them that a terminal can follow. */
export function terminalDrawingOf({
  colors,
  format,
  vmin,
  vmax,
  center,
  robust,
  title,
}: DrawingOptions): TerminalHeatmapOptions {
  return {
    ...{ vmin, vmax, center, robust },
    ...(colors === undefined ? {} : { colors }),
    ...(format === undefined ? {} : { format }),
    ...(title === undefined ? {} : { title }),
  };
}
