// The least that keeps the same promises for a task: it is not lost, it ends once, and an attempt that was overtaken writes
// nothing. Two transactions a task, a job in between, a checkpoint after each node. No limits, no fairness, no history.
import type { Pool } from 'pg'

export const minimumQueue = 'bench-minimum'

export async function createTaskTable(pool: Pool): Promise<void> {
  await pool.query(`
    DROP TABLE IF EXISTS minimum_results, minimum_tasks;
    CREATE TABLE minimum_tasks (
      id uuid PRIMARY KEY, nodes int NOT NULL, attempt int NOT NULL DEFAULT 0,
      sent boolean NOT NULL DEFAULT false, ended_at timestamptz);
    CREATE TABLE minimum_results (task_id uuid PRIMARY KEY REFERENCES minimum_tasks, result jsonb NOT NULL)`)
}
