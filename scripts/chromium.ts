/** Finds a Chromium for the browser tests, or installs one from a package registry. No other host is asked. */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The last release of this package (a Chromium inside an npm package) that runs on Node 20. */
const chromiumPackage = '@sparticuz/chromium@143.0.4';

const commandNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** Where systems put Chromium or Chrome without a command. */
const usualPlaces = [
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The path of a Chromium: CHROMIUM_PATH, then the command path, then the usual places; undefined if there is none.
 * @throws Error when CHROMIUM_PATH is no program.
 */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH: given, PATH = '' } = process.env;
  if (given && !isExecutable(given)) throw new Error(`CHROMIUM_PATH is ${given}, which is no program.`);
  if (given) return given;
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) => commandNames.map((name) => join(folder, name)));
  return [...onPath, ...usualPlaces].find(isExecutable);
}

/**
 * The path of a Chromium, installing one where none is found: with apt-get as root on Debian, else from npm into
 * `folder`. Undefined when neither works.
 */
export function findOrInstallChromium(folder: string): string | undefined {
  return findChromium() ?? installWithApt() ?? installWithNpm(folder);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function succeeds(command: string, parameters: readonly string[], cwd?: string, env = process.env): boolean {
  const options: SpawnSyncOptions = { cwd, env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 };
  return spawnSync(command, parameters, options).status === 0;
}

function installWithApt(): string | undefined {
  const possible = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!possible) return undefined;
  console.log('no Chromium on this machine; installing the package `chromium` with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...parameters: string[]) => succeeds('apt-get', ['-qq', ...parameters], undefined, env);
  apt('update');
  return apt('install', '-y', '--no-install-recommends', 'chromium') ? findChromium() : undefined;
}

function installWithNpm(folder: string): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const launcher = join(folder, 'chromium.sh');
  if (isExecutable(launcher)) return launcher;
  console.log(`no Chromium on this machine; unpacking the one inside the npm package ${chromiumPackage}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  if (!succeeds('npm', ['install', ...flags, chromiumPackage], folder)) return undefined;
  const entry = createRequire(join(folder, 'package.json')).resolve('@sparticuz/chromium');
  // The package unpacks into the temporary folder; the second variable makes it unpack the shared libraries too.
  const unpack = `const { default: chromium } = await import(${JSON.stringify(pathToFileURL(entry).href)});
    await chromium.executablePath();`;
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  if (!succeeds(process.execPath, ['--input-type=module', '-e', unpack], folder, env)) return undefined;
  const libraries = join(folder, 'al2023', 'lib');
  const start = `LD_LIBRARY_PATH="${libraries}:$LD_LIBRARY_PATH" exec "${join(folder, 'chromium')}" "$@"`;
  writeFileSync(launcher, `#!/bin/sh\n${start}\n`);
  chmodSync(launcher, 0o755);
  return launcher;
}
