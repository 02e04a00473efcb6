import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';
import { toGuide } from './src/features/guides/markdown.ts';

/** Lets the app import the guides of docs as what their page shows. */
const guides: Plugin = {
  name: 'guides',
  transform(code, id) {
    if (!id.endsWith('.md')) return null;
    const { title, sections, html } = toGuide(code);
    return {
      code: Object.entries({ title, sections, html })
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n'),
      moduleType: 'js',
    };
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [react(), guides],
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
