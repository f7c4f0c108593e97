import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    rolldownOptions: {
      // One page for each app.
      input: ['index.html', 'console.html'].map((page) => `${import.meta.dirname}/${page}`),
      output: {
        // What every page needs comes in one piece.
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next)\//,
            },
          ],
        },
      },
    },
    // light-dark() and :dir() stay as they are written.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
  },
});
