import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Operations, Response } from './operations.js';

/** How to start a process. */
export interface Command {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
}

/** A process of its own that does the work which is measured; this process only waits meanwhile. */
export class Contender {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaints = '';

  constructor(command: Command) {
    this.name = command.name;
    this.#process = spawn(command.program, command.arguments, { stdio: 'pipe', env: environment() });
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2000);
    });
    // A process that dies tells so by the end of its output; writing to it must not throw as well.
    this.#process.stdin!.on('error', () => {});
    this.#process.on('error', (error) => {
      this.#complaints += error.message;
    });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** Process id. */
  get id(): number {
    return this.#process.pid ?? -1;
  }

  /** @throws Error with what the process wrote about it, when it fails or ends. */
  async ask<Name extends keyof Operations>(
    operation: Name,
    argument: Parameters<Operations[Name]>[0],
  ): Promise<ReturnType<Operations[Name]>> {
    this.#process.stdin!.write(`${JSON.stringify({ operation, argument })}\n`);
    const response = JSON.parse(await this.nextLine()) as Response;
    if ('error' in response) throw new Error(`${this.name} fails at ${operation}: ${response.error}`);
    return response.answer as ReturnType<Operations[Name]>;
  }

  /** The next line of its output. @throws Error when it ends without one. */
  async nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (!done) return value;
    throw new Error(`${this.name} ended before it answered. Its last words:\n${this.#complaints}`);
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || this.id < 0) return;
    const gone = once(this.#process, 'exit');
    this.#process.stdin!.end();
    await gone;
  }
}

/** Opens contenders, and closes them whatever happens. */
export async function withContenders<T>(
  commands: readonly Command[],
  use: (contenders: readonly Contender[]) => Promise<T>,
): Promise<T> {
  const contenders = commands.map((command) => new Contender(command));
  try {
    return await use(contenders);
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()));
  }
}

/** Nobody asks a server, and nobody tells about progress. */
function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HF_HUB_OFFLINE: '1',
    TRANSFORMERS_VERBOSITY: 'error',
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
  };
}
