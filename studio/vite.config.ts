import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const compiled = (file: string) => fileURLToPath(new URL(`../dist/src/${file}.js`, import.meta.url));
const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The Hub that a static site asks for the models that its visitors name. */
const hub = (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');

/** Where the bytes of the Hub's files lie, beside its own address. */
const stores = hub === 'https://huggingface.co' ? ['https://*.huggingface.co', 'https://*.hf.co'] : [];

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  `connect-src 'self' ${[hub, ...stores].join(' ')}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The page of a static site: another entry, and a policy that no server has to send. */
const site: Plugin = {
  name: 'static-site',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html
        .replace('/src/main.tsx', '/src/site.tsx')
        .replace('<title>', `<meta http-equiv="Content-Security-Policy" content="${policy}" />\n    <title>`),
  },
};

/**
 * The page of the studio, built from the compiled public parts of the package: into what the package ships, or in the mode
 * `site` into a static site.
 */
export default defineConfig(({ mode }) => ({
  root: folder('.'),
  publicDir: mode === 'site' ? folder('site') : false,
  logLevel: 'warn',
  // A site may lie in any folder of its host.
  base: mode === 'site' ? './' : '/',
  plugins: mode === 'site' ? [site] : [],
  resolve: {
    alias: {
      'pellucid/client': compiled('client/index'),
      'pellucid/explanations': compiled('explanations/index'),
      'pellucid/figures': compiled('figures/index'),
      'pellucid/worker': compiled('worker'),
    },
  },
  worker: { format: 'es', rollupOptions: { output: { chunkFileNames: 'assets/[name].js' } } },
  build: {
    outDir: folder(mode === 'site' ? '../dist/site' : '../dist/studio'),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page lets no data be a script or a style.
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      // One file, which a saved page holds whole.
      output: { codeSplitting: false },
      // Components say "use client" for servers that render; there is none here.
      onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)),
    },
  },
}));
