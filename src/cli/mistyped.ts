import type { Command } from 'commander';
import { distance } from 'fastest-levenshtein';
import { usageError } from './failure.js';

/** Typing errors up to which a word is thought to be a command. */
const nearEnough = 2;

/**
 * Refuses a command line with more than one argument and no command: either the command is mistyped or the text lacks
 * its quotes. A single word that is no command is a text.
 */
export function rejectMistyped(program: Command): void {
  const [first, ...rest] = program.args;
  if (first === undefined || rest.length === 0) return;
  const near = program.commands
    .map((command) => ({ name: command.name(), typos: distance(first, command.name()) }))
    .sort((a, b) => a.typos - b.typos)[0];
  throw usageError(
    near && near.typos <= nearEnough
      ? `there is no command "${first}"; did you mean "${near.name}"?`
      : `one text is read, but ${program.args.length} are given; put the text in quotes, or give a second one with --pair`,
  );
}
