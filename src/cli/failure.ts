import { CommanderError } from 'commander';
import { PellucidError } from '../errors.js';

/** Exit codes: 1 for what went wrong, 2 for a command line that cannot be understood. */
const failed = 1;
const misused = 2;

/** An error in how the command line is written; it exits with 2. */
export function usageError(message: string): CommanderError {
  return new CommanderError(misused, 'pellucid.usage', message);
}

/** Says on stderr, in one sentence, what went wrong. @returns the exit code */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0; // Help or version was asked for and printed.
    if (error.code !== 'commander.help') print(error.message.replace(/^error: /, ''));
    return misused;
  }
  if (error instanceof PellucidError) {
    print(error.message);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    const more = debugging() ? '' : ' Set PELLUCID_DEBUG=1 to see where.';
    print(`unexpected error: ${sentence(message)}${more}`);
  }
  if (debugging() && error instanceof Error) process.stderr.write(`${trace(error)}\n`);
  return failed;
}

function debugging(): boolean {
  return Boolean(process.env.PELLUCID_DEBUG);
}

function print(message: string): void {
  process.stderr.write(`pellucid: ${sentence(message)}\n`);
}

/** On one line and with a full stop. Messages may quote what stands in a file, which must not reach the terminal raw. */
function sentence(message: string): string {
  const line = message
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function trace(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by: ${trace(error.cause)}` : stack;
}
