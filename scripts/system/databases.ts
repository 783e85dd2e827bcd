// PostgreSQL and Redis: those of the environment, else embedded ones.
import { join } from 'node:path'
import {
  type RunningServer,
  type StopOptions,
  startPostgres,
  startRedis,
} from '@throughline/embedded'
import type { Ports } from './ports.ts'
import { root } from './services.ts'

export interface Database {
  readonly url: string
  /** Absent for a server that was there before and stays. */
  readonly server?: RunningServer
  stop(options?: StopOptions): Promise<void>
}

export interface DatabaseOptions {
  readonly dataDir: string
  readonly ports: Ports
  readonly env: NodeJS.ProcessEnv
  readonly durable: boolean
}

export async function openPostgres(options: DatabaseOptions): Promise<Database> {
  const { dataDir, ports, env, durable } = options
  if (env.DATABASE_URL) return existing(env.DATABASE_URL)
  const port = ports.postgres
  return started(await startPostgres({ dataDir: join(dataDir, 'postgres'), port, durable }))
}

export async function openRedis(options: DatabaseOptions): Promise<Database> {
  const { dataDir, ports, env, durable } = options
  if (env.REDIS_URL) return existing(env.REDIS_URL)
  const cacheDir = join(root, '.data/cache/redis')
  const port = ports.redis
  return started(
    await startRedis({ dataDir: join(dataDir, 'redis'), port, durable, cacheDir, env }),
  )
}

function existing(url: string): Database {
  return { url, stop: async () => undefined }
}

function started(server: RunningServer): Database {
  return { url: server.url, server, stop: (options) => server.stop(options) }
}
