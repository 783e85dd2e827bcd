// One run over every workspace; `--project core` picks one. Postgres and Redis are started once, for all of them.
import { defineConfig } from 'vitest/config'

const condition = '@throughline/source'
const workspaces = [
  ...['gateway', 'core', 'orchestrator', 'model-server', 'lens', 'traffic'].map(
    (name) => `apps/${name}`,
  ),
  ...['contracts', 'embedded', 'process', 'telemetry', 'trace-testing'].map(
    (name) => `packages/${name}`,
  ),
  'infra/grafana',
  'scripts',
  'e2e',
]

/** They start the whole system, which wants the machine to itself: after all others, one file at a time. */
const wholeSystem = ['scripts', 'e2e']

export default defineConfig({
  test: {
    globalSetup: ['./packages/embedded/src/vitest-setup.ts'],
    projects: workspaces.map((root) => ({
      root,
      resolve: { conditions: [condition] },
      ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
      test: {
        name: root.split('/').at(-1),
        include: ['**/*.test.ts'],
        // `e2e/compose` wants a stack that is up: npm run test:compose.
        exclude: ['**/node_modules/**', '**/dist/**', '**/*.browser.test.ts', 'compose/**'],
        execArgv: ['-C', condition],
        testTimeout: 20_000,
        hookTimeout: 60_000,
        // A condition that comes true comes true at once; only a busy machine needs the rest.
        expect: { poll: { timeout: 10_000 } },
        ...(wholeSystem.includes(root) && {
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        }),
      },
    })),
  },
})
