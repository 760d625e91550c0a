import { defineConfig } from 'vitest/config'

/** One file after the other: each has a server and a browser of its own. */
export default defineConfig({
  test: {
    include: ['end_to_end/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    bail: 1,
  },
})
