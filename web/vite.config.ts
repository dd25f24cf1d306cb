import { defineConfig } from 'vite';

// Two builds of one page into the Python package. The first is for servers: a small first script, the 3-D scene on demand.
// The second (`--mode single`) is one script without imports, which `skycrane publish --single-file` writes into one HTML file.
const page = '../src/skycrane/experience/page';

export default defineConfig(({ mode }) => {
  const single = mode === 'single';
  return {
    base: './',
    publicDir: single ? false : 'public',
    build: {
      target: 'es2022',
      outDir: single ? `${page}/single` : page,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: single ? 1_000_000 : 0,
      chunkSizeWarningLimit: 1000,
      ...(single
        ? {
            cssCodeSplit: false,
            rollupOptions: {
              input: 'src/main.ts',
              output: { codeSplitting: false, entryFileNames: 'page.js', assetFileNames: 'page[extname]' },
            },
          }
        : {}),
    },
  };
});
