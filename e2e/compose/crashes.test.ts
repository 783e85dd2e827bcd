// `docker compose kill` of each app in turn while tasks are running: every negotiation that was accepted ends once.
import { beforeAll, expect, test } from 'vitest'
import { startTasks, statesOf } from '../tasks-in-flight.ts'
import { apps, compose, connectStack, type Stack } from './stack.ts'

/** A lease and a look of the reconciler, both ten seconds here, and the start of a container. */
const endsWithinMs = 90_000

let stack: Stack

beforeAll(async () => {
  stack = await connectStack()
})

test.each(apps)('every negotiation ends once after docker compose kill %s', async (victim) => {
  const taskIds = await startTasks(stack.gatewayUrl)
  await compose('kill', victim)
  await compose('start', victim)
  await expect
    .poll(() => statesOf(stack.gatewayUrl, taskIds), { timeout: endsWithinMs })
    .toEqual(taskIds.map(() => 'completed'))
  expect(await endsOf(taskIds)).toEqual(taskIds.map(() => '1 result, 1 completion'))
})

async function endsOf(taskIds: readonly string[]): Promise<string[]> {
  const ids = taskIds.map((id) => `'${id}'`).join(', ')
  const statement = `SELECT
    (SELECT count(*) FROM negotiation_results WHERE task_id = tasks.id) || ' result, ' ||
    (SELECT count(*) FROM task_attempts WHERE task_id = tasks.id AND outcome = 'completed') || ' completion'
    FROM tasks WHERE id IN (${ids})`
  const psql = 'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -Atc "$0"'
  const output = await compose('exec', '-T', 'postgres', 'sh', '-c', psql, statement)
  return output.trim().split('\n')
}
