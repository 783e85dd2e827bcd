// A Redis that this machine can run: its own, or the distribution's package unpacked into a cache folder.
import { spawnSync } from 'node:child_process'
import { EmbeddedError } from '../errors.ts'
import { type RedisBinary, unpackedRedis } from './debian-package.ts'

/** BullMQ asks for what Redis 6.2 brought. */
const oldest = 602
const names = ['redis-server', 'valkey-server'] as const
const advice =
  'Install one (macOS: brew install redis; Debian, Ubuntu: sudo apt-get install redis-server; ' +
  'Fedora: sudo dnf install valkey) or set REDIS_URL to one that runs.'

export async function findRedis(cacheDir: string, env: NodeJS.ProcessEnv): Promise<RedisBinary> {
  for (const command of names) {
    const installed = { command, env: { PATH: env.PATH } }
    if (canRun(installed)) return installed
  }
  const unpacked = await unpackedRedis(cacheDir, env, canRun)
  if ('binary' in unpacked) return unpacked.binary
  throw new EmbeddedError(`There is no usable Redis here; ${unpacked.problem}. ${advice}`)
}

/** Asked for its version, not looked for: a file may be there and lack its libraries. */
function canRun({ command, env }: RedisBinary): boolean {
  const { status, stdout } = spawnSync(command, ['--version'], { env, encoding: 'utf8' })
  const [, major = 0, minor = 0] = /v=(\d+)\.(\d+)/.exec(stdout ?? '')?.map(Number) ?? []
  return status === 0 && major * 100 + minor >= oldest
}
