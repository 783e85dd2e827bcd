import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { env, loadEnvFile } from 'node:process'
import { root } from './system/services.ts'

export interface Settings {
  readonly env: NodeJS.ProcessEnv
  readonly dataDir: string
  /** As somebody in this folder would type it. */
  readonly shownDataDir: string
}

/** The environment, and below it what `.env` says. */
export function loadSettings(): Settings {
  const file = join(root, '.env')
  if (existsSync(file)) loadEnvFile(file)
  const dataDir = resolve(root, env.DATA_DIR || '.data')
  const path = relative(root, dataDir)
  return { env, dataDir, shownDataDir: path.startsWith('..') ? dataDir : path }
}
