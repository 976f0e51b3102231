import { defineConfig } from 'vite';

// Relative base: the bundles work under any address the pages are served from.
// No inlining: the pages' content security policy allows no data: fonts.
export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: {
        designer: 'src/designer/index.js',
        viewer: 'src/viewer/index.js',
        'designer-style': 'src/designer/index.css',
        'viewer-style': 'src/viewer/index.css',
      },
    },
  },
});
