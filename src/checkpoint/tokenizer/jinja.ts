import * as library from '@huggingface/jinja';

/** A value while a template is rendered. */
export interface Evaluated {
  readonly type: string;
  value: unknown;
  toString(): string;
}

/** A piece of a template: those of its fields that are looked at. */
export interface Statement {
  readonly type: string;
  readonly value?: unknown;
  readonly body?: readonly Statement[];
  readonly computed?: boolean;
  readonly object?: Statement;
  readonly property?: Statement;
  readonly operand?: Statement;
  readonly filter?: Statement;
}

/** What names stand for while a template is rendered. */
export interface Names {
  set(name: string, value: unknown): void;
}

interface Evaluator {
  run(program: Statement): Evaluated;
  evaluate(statement: Statement | undefined, names: Names): Evaluated;
  evaluateBlock(statements: readonly Statement[], names: Names): Evaluated;
}

/**
 * What is used of the Jinja library. Its own type declarations import without file endings, which TypeScript cannot follow
 * in an ES module.
 */
interface JinjaLibrary {
  readonly Environment: new () => Names;
  readonly Interpreter: new (names: Names) => Evaluator;
  readonly parse: (tokens: readonly object[]) => Statement;
  readonly tokenize: (
    template: string,
    options: { readonly lstrip_blocks: true; readonly trim_blocks: true },
  ) => readonly object[];
}

export const { Environment, Interpreter, parse, tokenize }: JinjaLibrary = library;
