import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildStudio } from '../../scripts/studio.js';
import { ModelHost, type ModelSource } from '../../src/api/index.js';
import { studioFiles } from '../../src/cli/studio-files.js';
import { type StudioServer, startServer } from '../../src/server/index.js';
import { bundledSource } from '../server/server.js';
import { launchChromium } from './chromium.js';

interface Axe {
  run(options: {
    readonly runOnly?: readonly string[];
  }): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}
declare const axe: Axe;

/** Pictures of every panel, to be looked at. */
export const pictures = fileURLToPath(new URL('../../screenshots/', import.meta.url));
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The studio in a browser, for the tests of one suite. */
export interface StudioSite {
  readonly browser: () => Browser;
  readonly server: () => StudioServer;
  /** A test that is left out where no Chromium may be. */
  browserTest(name: string, body: () => Promise<void>): void;
  /** Opens the studio, runs the steps, and holds that the page was quiet (but for what is `refused`) and asked nobody else. */
  visit(
    options: BrowserContextOptions & { readonly view?: string; readonly refused?: RegExp },
    steps: (page: Page) => Promise<void>,
  ): Promise<void>;
}

/** Starts the studio before the tests of a suite, and stops it after them. */
export function studioSite(source: Partial<ModelSource> = {}): StudioSite {
  let browser: Browser | null = null;
  let server: StudioServer;
  before(async () => {
    browser = await launchChromium();
    if (browser === null) return;
    await buildStudio();
    mkdirSync(pictures, { recursive: true });
    const host = new ModelHost({ ...bundledSource, ...source });
    server = await startServer({ host, files: await studioFiles() });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  return {
    browser: () => browser!,
    server: () => server,
    browserTest(name, body) {
      test(name, async (context) => {
        if (browser === null) context.skip('PELLUCID_SKIP_BROWSER=1 and no Chromium');
        else await body();
      });
    },
    async visit(options, steps) {
      const { view = '', refused, ...rest } = options;
      const context = await browser!.newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'en-US',
        ...rest,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(server.address) && !/^(data|blob):/.test(request.url()))
          complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(`${server.address}#key=${server.token}${view}`);
      await steps(page);
      assert.deepEqual(
        complaints.filter((complaint) => !refused?.test(complaint)),
        [],
      );
      await context.close();
    },
  };
}

/**
 * What axe finds serious on the page as it stands; it is run past the page's policy.
 * @param rules those that are run; all by default
 */
export async function assertAccessible(page: Page, where: string, rules?: readonly string[]): Promise<void> {
  await page.evaluate(readFileSync(axeFile, 'utf8'));
  const options = rules ? { runOnly: rules } : {};
  const { violations } = await page.evaluate((given) => axe.run(given), options);
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = serious.map(
    ({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html }) => html.slice(0, 160))}`,
  );
  assert.deepEqual(told, []);
}

/** Waits until nothing is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('[role=tabpanel][data-state=active]').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy=true], .skeleton').length === 0);
}

/** What a click saves. */
export async function saved(page: Page, click: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return readFileSync(await download.path());
}
