import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.js';

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

/** A Chromium; null where there is none and PELLUCID_SKIP_BROWSER=1 allows that, which CI never does. */
function chromiumPath(): string | null {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.env.PELLUCID_SKIP_BROWSER === '1' && !process.env.CI) return null;
  throw new Error(
    'Browser tests need Chromium: `npm test` installs it where it can; else install it yourself or set CHROMIUM_PATH. Outside CI, PELLUCID_SKIP_BROWSER=1 leaves these tests out.',
  );
}

/** Starts Chromium, with more flags if wanted; null where its absence is allowed. */
export async function launchChromium(...more: readonly string[]): Promise<Browser | null> {
  const executablePath = chromiumPath();
  return executablePath === null ? null : chromium.launch({ executablePath, args: [...flags, ...more] });
}
