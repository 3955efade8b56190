import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Where the Vite development server finds the service: `jidi serve`, or another address in API_URL. */
const service = process.env.API_URL ?? 'http://127.0.0.1:8080';

const apiPaths = [
  '/collections', '/api', '/conformance', '/tileMatrixSets', '/processes', '/jobs',
  '/geocode', '/reverse', '/industries', '/licences', '/health', '/metrics',
];

export default defineConfig({
  plugins: [svelte()],
  base: '/',
  build: {
    target: 'es2022',
    manifest: 'manifest.json',
    assetsInlineLimit: 0, // an inlined font would be a data: URL inside the script
    chunkSizeWarningLimit: 1100,
  },
  worker: { format: 'es' },
  server: { proxy: Object.fromEntries(apiPaths.map((path) => [path, service])) },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
