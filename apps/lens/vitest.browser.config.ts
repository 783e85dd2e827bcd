// The page in a real Chromium. Apart from the other tests because it needs one; no Postgres, no Redis.
import { defineConfig } from 'vitest/config'

const condition = '@throughline/source'

export default defineConfig({
  resolve: { conditions: [condition] },
  ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
  test: {
    name: 'lens-browser',
    include: ['src/**/*.browser.test.ts'],
    execArgv: ['-C', condition],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
