import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where systems put Chromium or Chrome. */
const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Keeps Chromium from reaching out on its own, and lets it run in containers. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The Chromium that browser tests run in: CHROMIUM_PATH, else a usual place, else playwright's own; null where there is none
 * and PELLUCID_SKIP_BROWSER=1 allows that, which CI never does.
 */
function findChromium(): string | null {
  const { CHROMIUM_PATH: given, CI, PELLUCID_SKIP_BROWSER: skip } = process.env;
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`CHROMIUM_PATH is ${given}, where there is no file; point it to a Chromium or Chrome.`);
  }
  const found = [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (skip === '1' && !CI) return null;
  throw new Error(
    'Browser tests need Chromium: install it, set CHROMIUM_PATH to it, or run `npx playwright-core install chromium`; outside CI, PELLUCID_SKIP_BROWSER=1 leaves these tests out.',
  );
}

/** Starts Chromium; null where its absence is allowed. */
export async function launchChromium(): Promise<Browser | null> {
  const executablePath = findChromium();
  return executablePath === null ? null : chromium.launch({ executablePath, args: flags });
}
