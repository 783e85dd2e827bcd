// What Postgres has to say after a run: each line here is a promise, and what a query returns is where it was broken.
import type { Sql } from '../sql.ts'

const usage = ['input_tokens', 'output_tokens', 'cost_nano_usd', 'unpriced_calls']
const differs = usage.map((column) => `a.${column} <> b.${column}`).join(' OR ')
const sums = usage.map((column) => `sum(${column}) AS ${column}`).join(', ')

const promises: Readonly<Record<string, string>> = {
  'every task has ended': `SELECT id, state FROM tasks WHERE ended_at IS NULL`,
  'a completed task has a result, and no other has one': `
    SELECT id, state, count(result) AS results FROM tasks LEFT JOIN task_results ON task_id = id
    GROUP BY id HAVING count(result) <> (state = 'completed')::int`,
  'a completed task has one completed attempt, its last, and no other task has any': `
    SELECT id, state, array_agg(task_attempts.attempt) AS completed FROM tasks
    LEFT JOIN task_attempts ON task_id = id AND outcome = 'completed'
    GROUP BY id
    HAVING array_remove(array_agg(task_attempts.attempt), NULL)
      <> CASE state WHEN 'completed' THEN ARRAY[tasks.attempt] ELSE '{}' END`,
  'a result is of the attempt that completed': `
    SELECT task_id FROM task_results AS result JOIN tasks ON id = task_id
    WHERE result.attempt <> tasks.attempt`,
  'attempts are numbered without a gap, and all have ended': `
    SELECT id, tasks.attempt, count(task_attempts.attempt) FROM tasks
    LEFT JOIN task_attempts ON task_id = id GROUP BY id
    HAVING count(task_attempts.attempt) <> tasks.attempt OR max(task_attempts.attempt) <> tasks.attempt
      OR count(*) FILTER (WHERE task_attempts.attempt IS NOT NULL AND outcome IS NULL) > 0`,
  'an attempt that counts as a failure is counted once, and a dead task has used them up': `
    SELECT id, state, failures, max_failures, count(outcome) AS found FROM tasks
    LEFT JOIN task_attempts ON task_id = id AND outcome IN ('failed', 'abandoned')
    GROUP BY id HAVING count(outcome) <> failures OR (state = 'dead' AND failures < max_failures)`,
  'no usage is negative, and none is of an attempt that never reported': `
    SELECT task_id, attempt, outcome FROM task_attempts WHERE LEAST(${usage.join(', ')}) < 0
      OR (reported_at IS NULL AND GREATEST(${usage.join(', ')}) > 0)`,
  'a task has used what its attempts have': `
    SELECT b.id FROM (SELECT task_id, ${sums} FROM task_attempts GROUP BY task_id) AS a
    JOIN tasks AS b ON b.id = a.task_id WHERE ${differs}`,
  'a tenant has used what its tasks have': `
    WITH a AS (SELECT tenant_id, ${sums} FROM tasks GROUP BY tenant_id),
      b AS (SELECT tenant_id, ${sums} FROM tenant_days GROUP BY tenant_id)
    SELECT a.tenant_id FROM a LEFT JOIN b USING (tenant_id)
    WHERE (${differs} OR b.tenant_id IS NULL) AND ${usage.map((column) => `a.${column}`).join(' + ')} > 0`,
  'no row is left in the outbox': `SELECT task_id, sent_at FROM outbox`,
  'a negotiation has one task': `
    SELECT negotiations.id FROM negotiations LEFT JOIN tasks ON negotiation_id = negotiations.id
    GROUP BY 1 HAVING count(tasks.id) <> 1`,
}

export async function checkTasks(
  sql: Sql,
  load: { readonly accepted: readonly string[]; readonly unanswered: number },
): Promise<string[]> {
  const problems: string[] = []
  for (const [promise, query] of Object.entries(promises)) {
    const broken = await sql.ask(query)
    if (broken.length > 0) problems.push(`${promise}: ${broken.length} not: ${shown(broken)}`)
  }
  const ids = new Set((await sql.ask<{ id: string }>('SELECT id FROM tasks')).map(({ id }) => id))
  const missing = load.accepted.filter((id) => !ids.has(id))
  if (missing.length > 0) problems.push(`every accepted task is there: not ${shown(missing)}`)
  const surplus = ids.size - new Set(load.accepted).size
  if (surplus > load.unanswered) {
    problems.push(
      `${surplus} tasks were told to nobody; ${load.unanswered} submissions had no answer`,
    )
  }
  return problems
}

export function shown(values: readonly unknown[]): string {
  const some = values.slice(0, 5).map((value) => JSON.stringify(value))
  return some.join(', ') + (values.length > some.length ? ', …' : '')
}
