import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import type { PackedAttention } from '../../src/figures/index.js';
import { patternAt, readPatterns } from '../../src/figures/views/patterns.js';

/** What BertViz needed for one picture. */
export interface BertvizTime {
  /** Milliseconds from when its scripts are there to the frame on which everything is drawn. */
  readonly milliseconds: number;
  readonly pageBytes: number;
}

/** Its pages load these from a host; here they come from npm, into the ignored folder `bench/.cache`. */
const scripts: readonly (readonly [address: RegExp, file: string])[] = [
  [/require(\.min)?\.js$/, 'requirejs/require.js'],
  [/d3(\.min)?\.js$/, 'd3/dist/d3.min.js'],
  [/jquery(\.min)?\.js$/, 'jquery/dist/jquery.min.js'],
];

const root = fileURLToPath(new URL('../../../bench/', import.meta.url));

function scriptFolder(): string {
  const folder = join(root, '.cache', 'bertviz');
  if (!existsSync(join(folder, 'node_modules'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const packages = ['d3@5.7.0', 'jquery@2.2.4', 'requirejs@2.3.6'];
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', ...packages], { cwd: folder });
  }
  return join(folder, 'node_modules');
}

/**
 * Draws attention with BertViz in a browser.
 * @param python a Python that has BertViz 1.4.1 and torch
 */
export async function timeBertviz(
  browser: Browser,
  python: string,
  attention: PackedAttention,
  view: 'model' | 'head',
): Promise<BertvizTime> {
  const packages = scriptFolder();
  const folder = mkdtempSync(join(tmpdir(), 'bertviz-'));
  try {
    const patterns = readPatterns(attention);
    const { layers, heads, rows } = patterns;
    const all = new Float32Array(layers.length * heads.length * rows * rows);
    for (let index = 0; index < layers.length * heads.length; index++) {
      all.set(patternAt(patterns, index), index * rows * rows);
    }
    const [values, html] = [join(folder, 'values.bin'), join(folder, 'page.html')];
    writeFileSync(values, all);
    const sizes = [layers.length, heads.length, rows].map(String);
    execFileSync(python, [join(root, 'peers', 'bertviz_page.py'), values, ...sizes, view, html]);
    const page = await browser.newPage({ viewport: { width: 1020, height: 820 } });
    page.setDefaultTimeout(600_000);
    for (const [address, file] of scripts) {
      // The picture is drawn as soon as the last of them has run.
      const body = `${readFileSync(join(packages, file), 'utf8')}\n;window.scriptsAt = performance.now();`;
      await page.route(address, (route) => route.fulfill({ body, contentType: 'text/javascript' }));
    }
    await page.goto(pathToFileURL(html).href, { timeout: 600_000 });
    await page.waitForFunction(() => document.querySelectorAll('svg line').length > 0, null, {
      polling: 100,
    });
    const milliseconds = await page.evaluate(async () => {
      for (let i = 0; i < 2; i++) await new Promise((done) => requestAnimationFrame(done));
      return performance.now() - Number(Reflect.get(window, 'scriptsAt'));
    });
    await page.close();
    return { milliseconds, pageBytes: statSync(html).size };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
