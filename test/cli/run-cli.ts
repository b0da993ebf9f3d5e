import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

// What `npx pellucid` starts.
const main = fileURLToPath(new URL('../../bundle/pellucid.js', import.meta.url));
const checkpoints = fileURLToPath(new URL('../../../fixtures/checkpoints/', import.meta.url));

/** Folder of a fixture checkpoint. */
export function fixture(name: string): string {
  return join(checkpoints, name);
}

/** What a finished command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Folder that the command runs in. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether nobody reads stdout, as when `| head` has seen enough. */
  readonly closeStdout?: boolean;
  /** Called with the process once it runs. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** An empty folder, removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-cli-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An environment without the user's own settings, and without a network. */
function environment(home: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return {
    ...{ PATH, SystemRoot, HOME: home, HF_HOME: join(home, 'huggingface'), HF_HUB_OFFLINE: '1' },
    ...extra,
  };
}

/** Runs the command line as a user would. */
export function pellucid(parameters: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const cwd = options.cwd ?? tmpdir();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...parameters], {
      cwd,
      env: environment(cwd, options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        texts[name] += chunk;
      });
    }
    if (options.closeStdout) child.stdout.destroy();
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
    options.onStart?.((signal) => child.kill(signal));
  });
}

/** Names of everything in a folder. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}
