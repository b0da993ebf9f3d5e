import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { defaultModel, parseIndex } from '../input-options.js';

interface StudioOptions {
  readonly port: number;
  readonly text?: string;
  readonly open: boolean;
  readonly offline?: boolean;
  readonly quiet?: boolean;
}

const examples = `
Examples:
  npx pellucid studio                            on a bundled model, a sentence already shown
  pellucid studio google-bert/bert-base-uncased  a model of the Hub, downloaded once
  pellucid studio ./my-model --port 4000 --no-open`;

/** `pellucid studio`: the page where a person looks, asks and tests. */
export function addStudioCommand(program: Command, signal: AbortSignal): void {
  program
    .command('studio')
    .summary('open the studio, a local page to look, ask and test')
    .description(
      'Open a page on this machine in which models are looked at, explained and tested. It serves this machine alone, asks nothing of any other, and ends with Ctrl+C.',
    )
    .argument('[models...]', 'more models to choose from: folders, or ids on the Hub; the first is shown')
    .option('--text <text>', 'the text that is shown first')
    .addOption(
      new Option('--port <number>', 'where to listen').argParser(parseIndex).default(0, 'a free port'),
    )
    .option('--no-open', 'print the address without opening a browser')
    .option('--offline', 'use only what is on this machine')
    .option('-q, --quiet', 'print the address alone')
    .addHelpText('after', examples)
    .action((models: readonly string[], options: StudioOptions) => studio(models, options, signal));
}

async function studio(
  named: readonly string[],
  { port, text, open, offline, quiet = false }: StudioOptions,
  signal: AbortSignal,
): Promise<void> {
  const { startServer } = await import('../../server/index.js');
  const { ModelHost } = await import('../../api/index.js');
  const { studioFiles } = await import('../studio-files.js');
  const { modelSource } = await import('../model-source.js');
  const { openModel } = await import('../open-model.js');
  const files = await studioFiles();
  const loading = { ...(offline ? { offline } : {}), quiet };
  // Before the page: a download is shown where it was asked for, and a wrong name is told at once.
  for (const model of named) await (await openModel('', { model, ...loading }, signal)).close();
  const load = (model: string, until: AbortSignal) =>
    openModel('', { model, ...loading, quiet: true }, until);
  const source = await modelSource(named, { load, offline });
  const host = new ModelHost({ ...source, first: named[0] ?? defaultModel });
  const server = await startServer({ host, files, port });
  const about = new URLSearchParams({ key: server.token, ...(text === undefined ? {} : { text }) });
  const address = `${server.address}#${about}`;
  process.stdout.write(quiet ? `${address}\n` : `The studio is at\n\n  ${address}\n\nCtrl+C ends it.\n`);
  if (open && !quiet) openInBrowser(address);
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
}

/** By what the system opens addresses with; where that is missing the address was printed anyway. */
function openInBrowser(address: string): void {
  const [command, ...parameters] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const child = spawn(command!, [...parameters, address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
