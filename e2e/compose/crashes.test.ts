// `docker compose kill` of each app in turn while tasks are running: every negotiation that was accepted ends once.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callerOf } from '../running-system.ts'
import { findListing, negotiationOver } from '../scenarios.ts'
import { apps, compose, connectStack, type Stack } from './stack.ts'

/** Far more than are worked on at once, so that the kill meets tasks in every state. */
const tasksBeforeTheKill = 60
const callers = 4
/** A lease and a look of the reconciler, both ten seconds here, and the start of a container. */
const endsWithinMs = 90_000

let stack: Stack

beforeAll(async () => {
  stack = await connectStack()
})
afterAll(() => compose('start', ...apps))

test.each(apps)('every negotiation ends once after docker compose kill %s', async (victim) => {
  const negotiating = keepNegotiating(stack.gatewayUrl)
  await expect
    .poll(() => negotiating.accepted.size, { interval: 20 })
    .toBeGreaterThan(tasksBeforeTheKill)
  await compose('kill', victim)
  await negotiating.stop()
  const atKill = await tasksOf(negotiating.accepted)
  await compose('start', victim)

  expect(atKill.filter(({ ended }) => !ended)).not.toEqual([])
  const unended = async () => (await tasksOf(negotiating.accepted)).filter(({ ended }) => !ended)
  await expect.poll(unended, { timeout: endsWithinMs }).toEqual([])
  const tasks = await tasksOf(negotiating.accepted)
  expect(tasks.map(({ id }) => id).toSorted()).toEqual([...negotiating.accepted].toSorted())
  for (const { state, results, completions } of tasks) {
    // Without a model, three attempts are soon used up; that is an end, too.
    if (victim !== 'model-server') expect(state).toBe('completed')
    expect({ results, completions }).toEqual(
      state === 'completed' ? { results: 1, completions: 1 } : { results: 0, completions: 0 },
    )
  }
})

/** Several callers at once, who ask again and again, and remember what was accepted. */
function keepNegotiating(gatewayUrl: string) {
  const gateway = callerOf(gatewayUrl)
  const accepted = new Set<string>()
  let stopped = false
  const call = async () => {
    const listing = await findListing(gateway)
    while (!stopped) {
      // No connection is no acceptance.
      const answer = await gateway
        .post('/v1/negotiate', negotiationOver(listing))
        .catch(() => undefined)
      if (answer?.status === 202) accepted.add(String(answer.body.id))
      else return
    }
  }
  const calling = Promise.all(Array.from({ length: callers }, call))
  return {
    accepted,
    stop: async () => {
      stopped = true
      await calling
    },
  }
}

interface TaskRow {
  readonly id: string
  readonly state: string
  readonly ended: boolean
  readonly results: number
  readonly completions: number
}

async function tasksOf(taskIds: ReadonlySet<string>): Promise<TaskRow[]> {
  const ids = [...taskIds].map((id) => `'${id}'`).join(', ')
  const statement = `SELECT coalesce(json_agg(found), '[]') FROM (
    SELECT id, state, ended_at IS NOT NULL AS ended,
      (SELECT count(*) FROM task_results WHERE task_id = tasks.id) AS results,
      (SELECT count(*) FROM task_attempts
        WHERE task_id = tasks.id AND outcome = 'completed') AS completions
    FROM tasks WHERE id IN (${ids})) AS found`
  const psql = 'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -Atc "$0"'
  return JSON.parse(await compose('exec', '-T', 'postgres', 'sh', '-c', psql, statement))
}
