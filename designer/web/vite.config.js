import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

// Relative base: the bundles work under any address the pages are served from.
// No inlining: the pages' content security policy allows no data: fonts.
export default defineConfig({
  base: './',
  publicDir: false,
  resolve: {
    alias: { '@bpmn-io/cm-theme': fileURLToPath(new URL('src/canvas/code-theme.js', import.meta.url)) },
  },
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // the first with light-dark(): it must not be rewritten
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: {
        designer: 'src/designer/index.js',
        viewer: 'src/viewer/index.js',
      },
    },
  },
});
