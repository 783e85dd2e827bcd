import { randomUUID } from 'node:crypto'
import type { Queue } from 'bullmq'
import type { Pool } from 'pg'

/** The row first: a job without a task would be worse than a task without a job. */
export async function submit(pool: Pool, queue: Queue, nodes: number): Promise<void> {
  const id = randomUUID()
  await pool.query('INSERT INTO minimum_tasks (id, nodes) VALUES ($1, $2)', [id, nodes])
  await queue.add('task', { id, nodes }, { jobId: id, removeOnComplete: true })
}
