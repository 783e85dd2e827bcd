// One run over every workspace; `--project core` picks one. Postgres and Redis are started once, for all of them.
import { defineConfig } from 'vitest/config'

const condition = '@throughline/source'
const workspaces = [
  ...['gateway', 'core', 'orchestrator', 'model-server', 'lens', 'traffic', 'cli'].map(
    (name) => `apps/${name}`,
  ),
  ...['contracts', 'embedded', 'process', 'registry', 'telemetry', 'trace-testing'].map(
    (name) => `packages/${name}`,
  ),
  'infra/grafana',
  'scripts',
  'e2e',
]

/** For who asks with `--project lens-browser`: they want a Chromium, or a registry to install packages from. */
const onlyWhenAsked = [
  { name: 'lens-browser', root: 'apps/lens', files: '**/*.browser.test.ts' },
  { name: 'telemetry-copy', root: 'packages/telemetry', files: '**/*.copy.test.ts' },
]
const asked = onlyWhenAsked.filter(({ name }) => process.argv.some((one) => one.endsWith(name)))

/** They start the whole system, which wants the machine to itself: after all others, one file at a time. */
const wholeSystem = ['scripts', 'e2e']

export default defineConfig({
  test: {
    globalSetup: ['./packages/embedded/src/vitest-setup.ts'],
    projects: [...workspaces.map(ofWorkspace), ...asked].map(({ name, root, files }) => ({
      root,
      resolve: { conditions: [condition] },
      ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
      test: {
        name,
        include: [files],
        exclude: [
          '**/node_modules/**',
          '**/dist/**',
          // They want a stack that is up: npm run test:compose.
          'compose/**',
          ...onlyWhenAsked.map((one) => one.files).filter((others) => others !== files),
        ],
        execArgv: ['-C', condition],
        // Guards against hangs, not measurements: a busy machine may take its time.
        testTimeout: 60_000,
        hookTimeout: 120_000,
        expect: { poll: { timeout: 20_000 } },
        ...(wholeSystem.includes(root) && {
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        }),
      },
    })),
  },
})

function ofWorkspace(root: string) {
  return { name: root.split('/').at(-1), root, files: '**/*.test.ts' }
}
