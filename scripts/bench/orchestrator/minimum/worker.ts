// Takes jobs, runs nodes that do nothing, and completes each task once.
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { offerWork } from '../../telemetry/control.ts'
import { minimumQueue } from './task-table.ts'

const { DATABASE_URL, REDIS_URL = '', CONCURRENCY } = process.env
const pool = new Pool({ connectionString: DATABASE_URL, max: 16 })
const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null })

/** Only the newest attempt of a task that has not ended gets through. */
const complete = `
  WITH task AS (
    UPDATE minimum_tasks SET attempt = $2, ended_at = now()
    WHERE id = $1 AND ended_at IS NULL AND attempt <= $2 RETURNING id
  )
  INSERT INTO minimum_results (task_id, result) SELECT id, '{}' FROM task`

const worker = new Worker(
  minimumQueue,
  async (job) => {
    const { id, nodes } = job.data as { id: string; nodes: number }
    const checkpoint = `minimum:${id}`
    for (let node = 0; node < nodes; node++) await redis.hset(checkpoint, String(node), '{}')
    await pool.query(complete, [id, job.attemptsStarted])
    await redis.del(checkpoint)
  },
  { connection: redis, concurrency: Number(CONCURRENCY), lockDuration: 10_000 },
)
await worker.waitUntilReady()
offerWork(async () => undefined)
