// The least that runs a task at least once and lets it count once: its row is committed before its job is added, a
// checkpoint follows each node, and one transaction completes it, if no newer attempt has. Two transactions a task. Not
// even what would find a job that Redis lost, and no limits, fairness, budgets or history: with those it would be slower.
import type { Pool } from 'pg'

export const minimumQueue = 'bench-minimum'

export async function createTaskTable(pool: Pool): Promise<void> {
  await pool.query(`
    DROP TABLE IF EXISTS minimum_results, minimum_tasks;
    CREATE TABLE minimum_tasks (
      id uuid PRIMARY KEY, nodes int NOT NULL, attempt int NOT NULL DEFAULT 0, ended_at timestamptz);
    CREATE TABLE minimum_results (task_id uuid PRIMARY KEY REFERENCES minimum_tasks, result jsonb NOT NULL)`)
}
