import { defineConfig } from 'vite'

/** `npm run dev` takes the API from a server that runs by itself. */
const server = process.env.RINGMASTER_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2021',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy knows no data: scripts or fonts
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: server, ws: true }, '/healthz': server } },
  test: { include: ['src/**/*.test.ts'] },
})
