import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  build: {
    outDir: '../../dist/apps/web',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no data: script or style, and small assets inlined would
    // need it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `VITE_LAB_URL=http://127.0.0.1:3000 vite apps/web` develops against a running lab.
  server: {
    proxy: {
      '/api': loadEnv(mode, import.meta.dirname)['VITE_LAB_URL'] ?? 'http://127.0.0.1:3000',
    },
  },
}));
