import { randomUUID } from 'node:crypto'
import type { Queue } from 'bullmq'
import type { Pool } from 'pg'

/** The row first: a job that is lost is found again by its row. The job's id makes adding it twice adding it once. */
export async function submit(pool: Pool, queue: Queue, nodes: number): Promise<void> {
  const id = randomUUID()
  await pool.query('INSERT INTO minimum_tasks (id, nodes) VALUES ($1, $2)', [id, nodes])
  await queue.add('task', { id, nodes }, { jobId: id, removeOnComplete: true })
}
