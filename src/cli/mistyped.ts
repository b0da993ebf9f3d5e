import type { Command } from 'commander';
import { distance } from 'fastest-levenshtein';
import { usageError } from './failure.js';

/** Typing errors up to which a word is thought to be a command. */
const nearEnough = 2;

/**
 * Looks for a mistyped command. More than one argument without a command is refused: either the command is mistyped or
 * the text lacks its quotes. A single word that is no command is a text, if need be with a note.
 * @returns what the user should be told, if anything
 */
export function findMistyped(program: Command): string | undefined {
  const [first, ...rest] = program.args;
  if (first === undefined) return undefined;
  const { name, typos } = nearest(program, first);
  const near = typos <= nearEnough;
  if (rest.length === 0)
    return near ? `"${first}" is read as a text; did you mean the command "${name}"?` : undefined;
  throw near ? unknownCommand(program, first) : surplus(program);
}

/** The error that there is no command of this name, with the nearest one that there is. */
export function unknownCommand(program: Command, name: string): Error {
  return usageError(`there is no command "${name}"; did you mean "${nearest(program, name).name}"?`);
}

function nearest(program: Command, word: string): { name: string; typos: number } {
  return program.commands
    .filter((command) => command.name() !== 'help') // It is near to "hello", which is more often a text.
    .map((command) => ({ name: command.name(), typos: distance(word, command.name()) }))
    .reduce((best, other) => (other.typos < best.typos ? other : best));
}

/** Refuses more arguments than a command reads: most often the text lacks its quotes. */
export function refuseSurplus(command: Command): void {
  if (command.args.length > command.registeredArguments.length) throw surplus(command);
}

function surplus({ args, registeredArguments }: Command): Error {
  if (registeredArguments.length === 0) return usageError(`no text is read here, but "${args[0]}" is given`);
  return usageError(
    `one text is read, but ${args.length} are given; put the text in quotes, or give a second one with --pair`,
  );
}
