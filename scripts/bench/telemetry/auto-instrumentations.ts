// What we are compared with comes from npm when it is to be compared: a hundred packages that nothing else here needs.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installEnv } from '../../bootstrap/set-up.mjs'
import { runStep } from '../../bootstrap/step.mjs'
import { root } from '../../system/services.ts'
import { SystemError } from '../../system/system-error.ts'

/** The API as we have it, too: its copies find each other by a global symbol, if their versions agree. */
export const packages = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/auto-instrumentations-node': '0.82.0',
  '@opentelemetry/core': '3.1.0',
  '@opentelemetry/instrumentation': '0.300.0',
}

const ownFolder = join(root, '.data/cache/auto-instrumentations')
const fetchTimeoutMs = 300_000

export interface FetchOptions {
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly folder?: string
}

/** Once for these versions. Throws a sentence for the person at the terminal. */
export async function fetchAutoInstrumentations({ env, signal, folder = ownFolder }: FetchOptions) {
  const manifest = JSON.stringify({ private: true, dependencies: packages })
  // Written last: what was cut short has none, and is fetched again.
  const stamp = join(folder, 'complete.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return

  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), manifest)
  const install = [
    ...['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'],
    // Under `npm run --silent`, too, it must say why it failed.
    '--loglevel=error',
  ]
  const deadline = AbortSignal.timeout(fetchTimeoutMs)
  try {
    await runStep('what we are compared with, from npm', 'npm', install, {
      // npm takes what fits the Node that it runs on: that is to be the one that is measured.
      env: { ...installEnv, ...env, PATH: `${dirname(process.execPath)}${delimiter}${env.PATH}` },
      signal: AbortSignal.any([signal, deadline]),
    })
  } catch (cause) {
    if (!deadline.aborted) throw cause
    throw new SystemError(
      `npm did not finish within ${fetchTimeoutMs / 60_000} minutes: look at the network, and run the command again.`,
      { cause },
    )
  }
  writeFileSync(stamp, manifest)
}

/** As its README says, and for ES modules, which all our services are, as that of its instrumentations says. */
export function autoFlags(folder = ownFolder): string[] {
  const { resolve } = createRequire(join(folder, 'package.json'))
  const loader = pathToFileURL(resolve('@opentelemetry/instrumentation/hook.mjs'))
  return [
    ...['--require', resolve('@opentelemetry/auto-instrumentations-node/register')],
    `--experimental-loader=${loader}`,
  ]
}
