// web: the build. Writes dist/ui: index.html, and assets whose names carry their hash.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: 'dist/ui',
    emptyOutDir: true,
    // the policy of the pages allows no inline images from other schemes, and small files are cached alone
    assetsInlineLimit: 0,
    target: 'es2023',
  },
});
