import { Presets, SingleBar } from 'cli-progress';
import type { DownloadProgress } from '../../checkpoint/index.js';
import { formatBytes } from './bytes.js';

/** Shows how far a download has come. */
export interface DownloadBar {
  update(progress: DownloadProgress): void;
  stop(): void;
}

/** A progress bar on stderr that appears with the first byte; nothing where stderr is not a terminal or `quiet`. */
export function downloadBar(id: string, quiet: boolean): DownloadBar {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      stream: process.stderr,
      hideCursor: true,
      barsize: 24,
      // Ctrl-C belongs to the program, not to the bar.
      gracefulExit: false,
      format: `downloading ${id} {bar} {value} of {total}  {file}`,
      formatValue: (value, _, type) =>
        type === 'value' || type === 'total' ? formatBytes(value) : String(value),
    },
    Presets.shades_classic,
  );
  let total = 0;
  return {
    update({ file, overall }) {
      if (!bar.isActive) bar.start(overall.total, overall.received, { file });
      if (overall.total !== total) bar.setTotal(overall.total);
      total = overall.total;
      bar.update(overall.received, { file });
    },
    stop: () => bar.stop(),
  };
}
