import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const compiled = (folder: string) =>
  fileURLToPath(new URL(`../dist/src/${folder}/index.js`, import.meta.url));

/** The page of the studio, built from the compiled public parts of the package into what the package ships. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  publicDir: false,
  logLevel: 'warn',
  resolve: {
    alias: {
      'pellucid/client': compiled('client'),
      'pellucid/explanations': compiled('explanations'),
      'pellucid/figures': compiled('figures'),
    },
  },
  build: {
    outDir: fileURLToPath(new URL('../dist/studio', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page lets no data be a script or a style.
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      // Components say "use client" for servers that render; there is none here.
      onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)),
    },
  },
});
