/**
 * Builds the static site into `dist/site`: the studio with no server behind it, and the bundled models beside it. Any static
 * host can serve the folder, under any path.
 *
 * Usage: npm run build:site. `HF_ENDPOINT` is the Hub that its visitors' models come from.
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { bundledModels } from '../src/checkpoint/index.js';
import { defaultModel } from '../src/cli/input-options.js';
import { version } from '../src/cli/version.js';
import type { SiteDescription } from '../src/worker.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where the site is built. */
export const siteFolder = join(root, 'dist/site');

/** Files of a model that a browser reads; not its card, nor how it was trained. */
const needed = /^(config|generation_config|tokenizer|tokenizer_config)\.json$|\.safetensors$/;

/** Builds the site. */
export async function buildSite(): Promise<void> {
  await build({ configFile: join(root, 'studio/vite.config.ts'), mode: 'site' });
  const models = [];
  for (const { name, title, modelType } of await bundledModels()) {
    const from = join(root, 'models', name);
    const files = readdirSync(from).filter((file) => needed.test(file));
    const to = join(siteFolder, 'models', name);
    mkdirSync(to, { recursive: true });
    for (const file of files) cpSync(join(from, file), join(to, file));
    models.push({ name, title, modelType, files });
  }
  const hub = (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const description: SiteDescription = { version: version(), hub, first: defaultModel, models };
  writeFileSync(join(siteFolder, 'site.json'), `${JSON.stringify(description, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSite();
