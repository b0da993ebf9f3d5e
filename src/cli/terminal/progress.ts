import { Presets, SingleBar } from 'cli-progress';
import type { DownloadProgress } from '../../checkpoint/index.js';
import type { Progress } from '../../model/index.js';
import { formatBytes } from './bytes.js';

/** Shows which of a number of steps is at work. */
export interface StepBar {
  update(progress: { readonly done: number; readonly total: number; readonly name: string }): void;
  stop(): void;
}

/** A progress bar on stderr for work in steps; nothing where stderr is not a terminal or `quiet`. */
export function stepBar(what: string, quiet: boolean): StepBar {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      ...{
        stream: process.stderr,
        hideCursor: true,
        barsize: 24,
        gracefulExit: false,
        clearOnComplete: true,
      },
      format: `${what} {bar} {value} of {total}  {name}`,
    },
    Presets.shades_classic,
  );
  return {
    update({ done, total, name }) {
      if (!bar.isActive) bar.start(total, done, { name });
      bar.update(done, { name });
    },
    stop: () => bar.stop(),
  };
}

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

/** Shows how far the passes of a model have come. */
export interface PassesBar {
  update(progress: Progress): void;
  stop(): void;
}

/** Work that is done sooner than this, in milliseconds, shows no bar. */
const soon = 1000;

/** A progress bar on stderr once work takes long, with the time that is left; nothing where stderr is no terminal. */
export function passesBar(quiet: boolean): PassesBar {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      ...{
        stream: process.stderr,
        hideCursor: true,
        barsize: 24,
        gracefulExit: false,
        clearOnComplete: true,
      },
      format: '{part} {bar} {value} of {total}{left}',
    },
    Presets.shades_classic,
  );
  const start = performance.now();
  return {
    update({ done, total, part }) {
      const passed = performance.now() - start;
      if (passed < soon) return;
      const left = timeLeft(passed, done, total);
      if (!bar.isActive) bar.start(total, done, { part, left });
      bar.setTotal(total);
      bar.update(done, { part, left });
    },
    stop: () => bar.stop(),
  };
}

/** What is still to come at the pace so far; the bar's own estimate knows nothing of what was done before it was shown. */
function timeLeft(passed: number, done: number, total: number): string {
  if (done === 0) return '';
  const seconds = Math.ceil(((passed / done) * (total - done)) / 1000);
  const minutes = Math.floor(seconds / 60);
  return `, ${minutes > 0 ? `${minutes} min ` : ''}${seconds % 60} s left`;
}
