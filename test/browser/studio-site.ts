import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { ModelHost, type ModelSource } from '../../src/api/index.js';
import { studioFiles } from '../../src/cli/studio-files.js';
import { type StudioServer, startServer } from '../../src/server/index.js';
import { bundledSource } from '../server/server.js';
import { launchChromium } from './chromium.js';

interface Axe {
  run(
    context: Document,
    options: { readonly resultTypes: readonly string[]; readonly runOnly?: readonly string[] },
  ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}
declare const axe: Axe;

/** Pictures of every panel, to be looked at. */
export const pictures = fileURLToPath(new URL('../../screenshots/', import.meta.url));
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Who visits, with which screen, and what is opened. */
export interface Visit {
  readonly locale?: 'en-US' | 'zh-CN';
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What follows the token in the address. */
  readonly view?: string;
  /** What the page may say in its console. */
  readonly refused?: RegExp;
}

/** The studio in a browser, for the tests of one suite. */
export interface StudioSite {
  readonly browser: () => Browser;
  readonly server: () => StudioServer;
  /** A test that is left out where no Chromium may be. */
  browserTest(name: string, body: () => Promise<void>): void;
  /** Opens the studio, runs the steps, and holds that the page was quiet (but for what is `refused`) and asked nobody else. */
  visit(options: Visit, steps: (page: Page) => Promise<void>): Promise<void>;
}

/** Starts the studio before the tests of a suite, and stops it after them. */
export function studioSite(source: Partial<ModelSource> = {}): StudioSite {
  let browser: Browser | null = null;
  let server: StudioServer;
  /** One for each language, loaded anew by each visit: a page of its own costs a process each time. */
  const pages = new Map<string, Page>();
  before(async () => {
    browser = await launchChromium();
    if (browser === null) return;
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
      const { locale = 'en-US', colorScheme = 'light', view = '', refused } = options;
      const { viewport = { width: 1280, height: 800 } } = options;
      let page = pages.get(locale);
      if (page === undefined) {
        page = await (await browser!.newContext({ locale })).newPage();
        page.setDefaultTimeout(120_000);
        pages.set(locale, page);
      }
      page.removeAllListeners();
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(server.address) && !/^(data|blob):/.test(request.url()))
          complaints.push(`asked for ${request.url()}`);
      });
      try {
        await page.goto(`${server.address}#key=${server.token}${view}`);
        await steps(page);
        assert.deepEqual(
          complaints.filter((complaint) => !refused?.test(complaint)),
          [],
        );
        // The next visitor finds nothing of this one.
        await page.evaluate(() => {
          localStorage.clear();
          sessionStorage.clear();
        });
        await page.goto('about:blank');
      } catch (error) {
        pages.delete(locale);
        await page.context().close();
        throw error;
      }
    },
  };
}

/**
 * What axe finds serious on the page as it stands; it is run past the page's policy.
 * @param rules those that are run; all by default
 */
export async function assertAccessible(page: Page, where: string, rules?: readonly string[]): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(readFileSync(axeFile, 'utf8'));
  // What passes is not described: that would take longest.
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  const { violations } = await page.evaluate((given) => axe.run(document, given), options);
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
