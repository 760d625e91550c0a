import { defineConfig } from 'vitest/config'

/** One file after the other: each has a server and a browser of its own. Nothing is timed, and no
 *  wait ends before a busy machine is through. */
export default defineConfig({
  test: {
    include: ['end_to_end/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    bail: 1,
  },
})
