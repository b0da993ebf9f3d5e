#!/usr/bin/env node
import { reportFailure } from './failure.js';
import { createProgram } from './program.js';

/** Exit codes that shells use for a program that a signal ended. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

const cancel = new AbortController();
for (const [name, code] of Object.entries(signals)) {
  // Once: a second signal ends the process at once.
  process.once(name, () => cancel.abort(code));
}

for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough (`| head`) must not stop files from being written.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await createProgram(cancel.signal).parseAsync();
} catch (error) {
  const code = cancel.signal.aborted ? Number(cancel.signal.reason) : reportFailure(error);
  if (cancel.signal.aborted)
    process.stderr.write('pellucid: cancelled; nothing unfinished was left behind.\n');
  // What still computes is of no use any more.
  process.stderr.write('', () => process.exit(code));
}
