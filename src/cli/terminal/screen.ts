import { WriteStream } from 'node:tty';
import picocolors from 'picocolors';
import type { ColorDepth } from '../../figures/index.js';

/** What stdout can show. */
export interface Screen {
  /** Bits of colour. */
  readonly colorDepth: ColorDepth;
  /** Width in characters. */
  readonly columns: number;
  bold(text: string): string;
  dim(text: string): string;
}

/** Where stdout is not a terminal, lines are as long as a wide terminal's: a file or another program reads them. */
const columnsOfFiles = 160;

/** What stdout can show; NO_COLOR and FORCE_COLOR are respected. */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  const colorful = stream.isTTY || process.env.FORCE_COLOR !== undefined;
  const colorDepth = colorful ? (WriteStream.prototype.getColorDepth(process.env) as ColorDepth) : 1;
  const { bold, dim } = picocolors.createColors(colorDepth > 1);
  return { colorDepth, columns: stream.columns || columnsOfFiles, bold, dim };
}
