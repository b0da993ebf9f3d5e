import { type Evaluated, Interpreter, type Names, type Statement } from './jinja.js';

/** Published templates take some thousand steps for each message. */
const mostSteps = 2_000_000;
const deepest = 300;
const longestValue = 4_000_000;

/** Says that a template goes on without end. */
export class Endless extends Error {}

/** A `break` or `continue` on its way out of the blocks around it, with what they had written. */
class LoopControl extends Error {
  text = '';
  readonly leaves: boolean;

  constructor(leaves: boolean) {
    super('break or continue outside of a loop');
    this.leaves = leaves;
  }
}

/**
 * The library's interpreter, with bounds, and mended where it is not as Jinja2: what an iteration has written before `break`
 * or `continue` stays written; and characters beyond U+FFFF, which the library counts twice, are refused where
 * they would be counted.
 */
export class TemplateInterpreter extends Interpreter {
  #steps = 0;
  #depth = 0;
  /** The loops that are open, innermost last. */
  readonly #loops: { readonly body: unknown; left: boolean }[] = [];

  override evaluate(statement: Statement | undefined, names: Names): Evaluated {
    if (++this.#steps > mostSteps) throw new Endless('too many steps');
    const type = statement?.type;
    if (type === 'Break' || type === 'Continue') throw new LoopControl(type === 'Break');
    if (type === 'For') this.#loops.push({ body: statement!.body, left: false });
    if (++this.#depth > deepest) throw new Endless('too deep');
    let result: Evaluated;
    try {
      result = super.evaluate(statement, names);
    } finally {
      this.#depth--;
    }
    if (type === 'For') this.#loops.pop();
    const { value } = result;
    // Who gets a list goes through it: a loop of the library makes something of each element before it begins.
    if (Array.isArray(value)) this.#steps += value.length;
    if (typeof value === 'string') this.#steps += value.length / 100;
    if ((typeof value === 'string' || Array.isArray(value)) && value.length > longestValue) {
      throw new Endless('too long a text');
    }
    if (statement) this.#refuseHalves(statement, names);
    return result;
  }

  override evaluateBlock(statements: readonly Statement[], names: Names): Evaluated {
    const block = super.evaluateBlock([], names);
    const loop = this.#loops.at(-1);
    const isBody = loop?.body === statements;
    if (isBody && loop.left) return block;
    let text = '';
    try {
      for (const statement of statements) {
        const part = this.evaluate(statement, names);
        if (part.type !== 'NullValue' && part.type !== 'UndefinedValue') text += part.toString();
        if (text.length > longestValue) throw new Endless('too long a text');
      }
    } catch (error) {
      if (!(error instanceof LoopControl)) throw error;
      error.text = text + error.text;
      if (!isBody) throw error;
      loop.left = error.leaves;
      text = error.text;
    }
    block.value = text;
    return block;
  }

  #refuseHalves(statement: Statement, names: Names): void {
    const counted = statement.type === 'FilterExpression' && statement.filter?.value === 'length';
    const kind = statement.type === 'MemberExpression' && statement.computed ? statement.property?.type : '';
    const from = counted
      ? statement.operand
      : /^(Slice|Integer|Unary)/.test(kind ?? '')
        ? statement.object
        : undefined;
    if (!from) return;
    const { value } = this.evaluate(from, names);
    if (typeof value === 'string' && /[\ud800-\udfff]/.test(value)) {
      throw new Error('it counts the characters of a text with some beyond U+FFFF');
    }
  }
}
