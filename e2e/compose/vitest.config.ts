// `npm run test:compose`: tests against a stack that is up. They bring no database, and run one after another: each
// file has the stack to itself, as the next one may stop a part of it.
import { defineConfig } from 'vitest/config'

const condition = '@throughline/source'

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: [condition] },
  ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
  test: {
    name: 'compose',
    include: ['**/*.test.ts'],
    execArgv: ['-C', condition],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Telemetry is on its way for some ten seconds: batches, sampling, flushes.
    expect: { poll: { timeout: 60_000, interval: 500 } },
  },
})
