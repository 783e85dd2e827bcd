// Generates the Prisma client without a network. The CLI insists on a schema engine, which generating never runs, and
// would download it: any existing file contents it. Only for this command: with a false engine `migrate` and
// `db push` report success and do nothing.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const manifestPath = createRequire(import.meta.url).resolve('prisma/package.json')
const { status } = spawnSync(
  process.execPath,
  [join(dirname(manifestPath), 'build/index.js'), 'generate', '--no-hints'],
  {
    cwd: dirname(dirname(fileURLToPath(import.meta.url))),
    stdio: 'inherit',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  },
)
process.exitCode = status ?? 1
