// Finds a Chromium for the browser tests, or installs one from a package registry. No other host is asked.
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The last release of this package (a Chromium inside an npm package) that runs on Node 20. */
const chromiumPackage = '@sparticuz/chromium@143.0.4';

const commandNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

const usualPlaces = {
  linux: ['/snap/bin/chromium', '/opt/google/chrome/chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium: `CHROME_PATH`, then the command path, then the usual places; undefined if there is none. */
export function findChromium() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = folders.flatMap((folder) => commandNames.map((name) => join(folder, name)));
  return [...onPath, ...(usualPlaces[process.platform] ?? [])].find(isExecutable);
}

function succeeds(command, parameters, options = {}) {
  const { status } = spawnSync(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  return status === 0;
}

function installWithApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return undefined;
  console.log('no Chromium on this machine; installing the package `chromium` with apt-get');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env: environment, timeout: 600_000 };
  succeeds('apt-get', ['-qq', 'update'], options);
  const installed = succeeds(
    'apt-get',
    ['-qq', 'install', '-y', '--no-install-recommends', 'chromium'],
    options,
  );
  return installed ? findChromium() : undefined;
}

function installWithNpm(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const launcher = join(folder, 'chromium.sh');
  if (isExecutable(launcher)) return launcher;
  console.log(`no Chromium on this machine; unpacking the one inside the npm package ${chromiumPackage}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', chromiumPackage];
  if (!succeeds('npm', npm, { cwd: folder, timeout: 600_000 })) return undefined;
  const entry = createRequire(join(folder, 'package.json')).resolve('@sparticuz/chromium');
  // The package unpacks into the temporary folder; the variable makes it unpack the shared libraries too.
  const unpack = `const { default: chromium } = await import(${JSON.stringify(pathToFileURL(entry).href)});
    await chromium.executablePath();`;
  const environment = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  if (!succeeds(process.execPath, ['--input-type=module', '-e', unpack], { env: environment }))
    return undefined;
  const libraries = join(folder, 'al2023', 'lib');
  writeFileSync(
    launcher,
    `#!/bin/sh\nLD_LIBRARY_PATH="${libraries}:$LD_LIBRARY_PATH" exec "${join(folder, 'chromium')}" "$@"\n`,
  );
  chmodSync(launcher, 0o755);
  return launcher;
}

/**
 * The path of a Chromium, installing one where none is found: with apt-get as root on Debian, else from npm into
 * `folder`. Undefined when neither works.
 */
export function findOrInstallChromium(folder) {
  return findChromium() ?? installWithApt() ?? installWithNpm(folder);
}
