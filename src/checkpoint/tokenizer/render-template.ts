import { PellucidError } from '../../errors.js';
import { shown } from '../untrusted-text.js';
import { Environment, parse, tokenize } from './jinja.js';
import { Endless, TemplateInterpreter } from './template-interpreter.js';

/** Published templates have up to 20 000 characters. */
const longestTemplate = 200_000;
const longestSpace = 1000;
const longestRange = 10_000;

/** What a template is given; `now` is the time that it may write. */
export interface TemplateValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

/**
 * Renders a chat template, a program in Jinja that came with a checkpoint, as transformers does
 * (`render_jinja_template`). It reads what it is given and nothing else; its steps and the length of its texts are bounded.
 * @param where names the checkpoint in messages
 * @throws PellucidError `bad-input` when the template refuses the messages, `unsupported` when it uses what is not known,
 * `bad-checkpoint` when it is malformed or goes on without end.
 */
export function renderTemplate(template: string, { values, now }: TemplateValues, where: string): string {
  if (template.length > longestTemplate || new RegExp(`\\s{${longestSpace}}`).test(template)) {
    throw new PellucidError(
      'bad-checkpoint',
      `The chat template of ${where} has more than ${longestTemplate} characters, or ${longestSpace} spaces in a row.`,
    );
  }
  const environment = new Environment();
  const globals = {
    ...{ true: true, false: false, none: null, True: true, False: false, None: null },
    raise_exception: (message: unknown) => {
      throw new Refusal(String(message));
    },
    range: boundedRange,
    strftime_now: (format: unknown) => written(now, String(format)),
  };
  for (const [name, value] of Object.entries({ ...globals, ...values })) environment.set(name, value);
  try {
    const program = parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }));
    const { value } = new TemplateInterpreter(environment).run(program);
    return String(value);
  } catch (cause) {
    if (cause instanceof PellucidError) throw cause;
    if (cause instanceof Refusal) {
      throw new PellucidError(
        'bad-input',
        `The chat template of ${where} refuses these messages: ${shown(cause.message)}`,
      );
    }
    if (cause instanceof RangeError || cause instanceof Endless) {
      throw new PellucidError('bad-checkpoint', `The chat template of ${where} goes on without end.`, {
        cause,
      });
    }
    const reason = shown(cause instanceof Error ? cause.message : String(cause));
    throw new PellucidError(
      'unsupported',
      `The chat template of ${where} cannot be rendered: ${reason}; give another one with the option template.`,
      { cause },
    );
  }
}

/** What `raise_exception` says. */
class Refusal extends Error {}

/** Python's `range`, of a bounded length. */
function boundedRange(first: number, last?: number, step = 1): number[] {
  const [start, stop] = last === undefined ? [0, first] : [first, last];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= longestRange)) throw new Endless('too long a range');
  return Array.from({ length }, (_, i) => start + i * step);
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** A time in the codes of C's `strftime`, with English names. */
function written(now: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = now.getHours();
  const codes: Readonly<Record<string, string>> = {
    '%': '%',
    A: days[now.getDay()]!,
    a: days[now.getDay()]!.slice(0, 3),
    B: months[now.getMonth()]!,
    b: months[now.getMonth()]!.slice(0, 3),
    d: two(now.getDate()),
    H: two(hour),
    I: two(hour % 12 || 12),
    M: two(now.getMinutes()),
    m: two(now.getMonth() + 1),
    p: hour < 12 ? 'AM' : 'PM',
    S: two(now.getSeconds()),
    Y: String(now.getFullYear()),
    y: two(now.getFullYear() % 100),
  };
  return format.replace(/%(.?)/gsu, (whole, code: string) => {
    const found = codes[code];
    if (found === undefined) throw new Error(`strftime_now does not know ${whole}`);
    return found;
  });
}
