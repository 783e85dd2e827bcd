// A PostgreSQL and a Redis of the bench's own, with the seeds, and a key that may ask as often as it likes.
import { join } from 'node:path'
import { migrate } from '@throughline/core/migrate'
import { demoKey, seed } from '@throughline/core/seed'
import { startPostgres, startRedis } from '@throughline/embedded'
import { Client } from 'pg'
import { root } from '../../system/services.ts'

export interface System extends AsyncDisposable {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly apiKey: string
}

export async function startSystem(folder: string, env: NodeJS.ProcessEnv): Promise<System> {
  await using stack = new AsyncDisposableStack()
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false })
  stack.defer(() => postgres.stop())
  const redis = await startRedis({
    ...{ dataDir: join(folder, 'redis'), durable: false, env },
    cacheDir: join(root, '.data/cache/redis'),
  })
  stack.defer(() => redis.stop())
  await migrate(postgres.url)
  await seed(postgres.url)
  await liftLimits(postgres.url)
  const owned = stack.move()
  return {
    ...{ databaseUrl: postgres.url, redisUrl: redis.url, apiKey: demoKey },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function liftLimits(connectionString: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query('UPDATE api_keys SET requests_per_minute = 1000000000')
  } finally {
    await client.end()
  }
}
