import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const page = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const desk = process.env.WANHAO_DESK_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    target: 'es2020',
    // No data: addresses and no inline scripts: the pages run under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // A later page is one more line here.
    rollupOptions: {
      input: {
        customer: page('index.html'),
        agent: page('agent.html'),
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: desk },
      '/socket.io': { target: desk, ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
