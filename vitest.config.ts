// One run over every workspace; `--project core` picks one. Postgres and Redis are started once, for all of them.
import { defineConfig } from 'vitest/config'

const condition = '@throughline/source'
const workspaces = [
  ...['gateway', 'core', 'orchestrator', 'model-server', 'lens', 'traffic'].map(
    (name) => `apps/${name}`,
  ),
  ...['contracts', 'embedded', 'process', 'registry', 'telemetry', 'trace-testing'].map(
    (name) => `packages/${name}`,
  ),
  'infra/grafana',
  'scripts',
  'e2e',
]

/** The page in a real Chromium, which not every machine has: only for who asks with `--project lens-browser`. */
const browser = 'lens-browser'
const isBrowserAsked = process.argv.some((argument) => argument.endsWith(browser))

/** They start the whole system, which wants the machine to itself: after all others, one file at a time. */
const wholeSystem = ['scripts', 'e2e']

export default defineConfig({
  test: {
    globalSetup: ['./packages/embedded/src/vitest-setup.ts'],
    projects: [...workspaces, ...(isBrowserAsked ? [browser] : [])].map((workspace) => ({
      root: workspace === browser ? 'apps/lens' : workspace,
      resolve: { conditions: [condition] },
      ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
      test: {
        name: workspace.split('/').at(-1),
        include: [workspace === browser ? '**/*.browser.test.ts' : '**/*.test.ts'],
        exclude: [
          '**/node_modules/**',
          '**/dist/**',
          // They want a stack that is up: npm run test:compose.
          'compose/**',
          ...(workspace === browser ? [] : ['**/*.browser.test.ts']),
        ],
        execArgv: ['-C', condition],
        // Guards against hangs, not measurements: a busy machine may take its time.
        testTimeout: 60_000,
        hookTimeout: 120_000,
        expect: { poll: { timeout: 20_000 } },
        ...(wholeSystem.includes(workspace) && {
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        }),
      },
    })),
  },
})
