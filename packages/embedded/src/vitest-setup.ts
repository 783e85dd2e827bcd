// Vitest's global set-up: one PostgreSQL and one Redis for the whole run, in a folder that goes with it.
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres, stopLeftoverPostgres } from './postgres/start-postgres.ts'
import { processIdentity } from './process-identity.ts'
import { startRedis, stopLeftoverRedis } from './redis/start-redis.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
    redisUrl: string
  }
}

const prefix = 'throughline-test-'
const cacheDir = join(import.meta.dirname, '../../../.data/cache/redis')

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers(tmpdir())
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  const starting = [
    startPostgres({ dataDir: join(folder, 'postgres'), durable: false }),
    startRedis({ dataDir: join(folder, 'redis'), durable: false, cacheDir, env: process.env }),
  ] as const
  const tearDown = async () => {
    for (const started of await Promise.allSettled(starting)) {
      if (started.status === 'fulfilled') await started.value.stop({ immediately: true })
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const [postgres, redis] = await Promise.all(starting)
    project.provide('postgresUrl', postgres.url)
    project.provide('redisUrl', redis.url)
  } catch (err) {
    await tearDown()
    throw err
  }
  return tearDown
}

/** A test run that was killed could not tidy up; its process id is in the folder's name. */
export async function removeLeftovers(parent: string, user = process.getuid?.()): Promise<void> {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(prefix)
      ? Number.parseInt(name.slice(prefix.length), 10)
      : Number.NaN
    if (Number.isNaN(pid) || processIdentity(pid)) continue
    const folder = join(parent, name)
    // Another user's is theirs to remove: here it would fail, and every run after it.
    if (lstatSync(folder, { throwIfNoEntry: false })?.uid !== user) continue
    await stopLeftoverPostgres(join(folder, 'postgres'))
    await stopLeftoverRedis(join(folder, 'redis'))
    rmSync(folder, { recursive: true, force: true })
  }
}
