// Installs the packages and generates the code, each only when what it is made from has changed. The stamp that says
// so is written last: a run that is cut short leaves none, and the next one repairs it.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { checkDisk } from './machine.mjs'
import { modules, node, root } from './paths.mjs'
import { installProgress } from './pnpm-progress.mjs'
import { Sentence } from './sentence.mjs'
import { holdSetUp } from './set-up-lock.mjs'
import { runStep } from './step.mjs'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** For npx: the one version that knows this lockfile. */
export const pnpm = ['--yes', manifest.packageManager]
const lockfile = join(root, 'pnpm-lock.yaml')
const packageSources = ['pnpm-lock.yaml', 'pnpm-workspace.yaml']
const codeSources = [
  'packages/contracts/proto',
  'packages/contracts/buf.gen.yaml',
  'apps/core/prisma',
]
const generated = ['packages/contracts/src/gen', 'apps/core/src/gen']
/** Without a network the wait is for seconds, not for minutes. */
const retries = { fetch_retries: 2, fetch_retry_mintimeout: 1_000, fetch_retry_maxtimeout: 5_000 }
/** For npm and pnpm. */
export const installEnv = {
  ...settings('npm_config_', retries),
  ...settings('pnpm_config_', retries),
  ...process.env,
  // Under `npm start --silent` it must still say why it failed.
  npm_config_loglevel: 'error',
  TURBO_TELEMETRY_DISABLED: '1',
}

export async function setUp() {
  const packages = hash(packageSources)
  const code = hash([...packageSources, ...codeSources])
  const lacksPackages = stampOf('packages') !== packages || !existsSync(node)
  const lacksCode =
    stampOf('code') !== code || !generated.every((path) => existsSync(join(root, path)))
  if (!lacksPackages && !lacksCode) return

  const { stopped, release } = holdSetUp()
  try {
    if (lacksPackages) await installPackages(packages, stopped)
    if (lacksCode) await generateCode(code, stopped)
  } finally {
    release()
  }
}

async function installPackages(stamp, signal) {
  if (!existsSync(modules)) {
    checkDisk()
    process.stderr.write('Setting up, once: about 1.3 GB in this folder.\n')
  }
  rmSync(stampFile('packages'), { force: true })
  const install = [...pnpm, 'install', '--frozen-lockfile', '--reporter=ndjson']
  const readLine = installProgress(readFileSync(lockfile, 'utf8'))
  await runStep('packages, from npm with pnpm', 'npx', install, {
    env: installEnv,
    readLine,
    signal,
  })
  if (!existsSync(node)) {
    throw new Sentence('Node 26 did not come with the packages; delete node_modules and try again.')
  }
  writeStamp('packages', stamp)
}

async function generateCode(stamp, signal) {
  const generate = [...pnpm, 'exec', 'turbo', 'run', 'generate', '--output-logs=errors-only']
  await runStep('code, from the contracts and schema', 'npx', generate, { env: installEnv, signal })
  writeStamp('code', stamp)
}

function settings(prefix, values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]))
}

/** In node_modules, so that deleting that folder deletes the claim that it is complete. */
function stampFile(name) {
  return join(modules, '.throughline', name)
}

function stampOf(name) {
  return existsSync(stampFile(name)) ? readFileSync(stampFile(name), 'utf8') : undefined
}

function writeStamp(name, stamp) {
  mkdirSync(join(modules, '.throughline'), { recursive: true })
  writeFileSync(stampFile(name), stamp)
}

function hash(paths) {
  const sum = createHash('sha256').update(`${pnpm} ${process.platform} ${process.arch}`)
  for (const path of paths) addToHash(sum, path)
  return sum.digest('hex')
}

function addToHash(sum, path) {
  const found = join(root, path)
  if (statSync(found).isDirectory()) {
    for (const name of readdirSync(found).sort()) addToHash(sum, join(path, name))
  } else {
    sum.update(`${path}\0`).update(readFileSync(found))
  }
}
