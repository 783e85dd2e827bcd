// Properties of the choice, over real SQL: whatever tenants do, nobody gets more than the limits allow, no place stays
// empty that a task could take, and whoever has less in flight comes first.
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, type Database } from '../database.ts'
import { cloneDatabase, type TestDatabase } from '../testing/database.ts'
import { commitQuietly, endTasks, limitTenant } from '../testing/waiting-tasks.ts'
import { type ChosenTask, chooseTasks } from './choose-tasks.ts'

let clone: TestDatabase
let database: Database
beforeAll(async () => {
  clone = await cloneDatabase(inject('postgresUrl'))
  database = createDatabase({ url: clone.url, poolSize: 3, logger: pino({ level: 'silent' }) })
  for (const [id, maxRunningTasks] of Object.entries(limits)) {
    await limitTenant(database, id, { maxRunningTasks })
  }
})
afterAll(async () => {
  await database.$disconnect()
  await clone.drop()
})

const limits = { one: 1, few: 3, some: 8, many: 64 } as const
type TenantId = keyof typeof limits
const tenantIds = Object.keys(limits) as TenantId[]

const step = fc.oneof(
  fc.record({
    kind: fc.constant('commit' as const),
    tenantId: fc.constantFrom(...tenantIds),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ kind: fc.constant('end' as const), share: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('choose' as const), window: fc.integer({ min: 0, max: 20 }) }),
)

/** What a tenant has, oldest first. */
interface Line {
  readonly waiting: string[]
  readonly inFlight: string[]
}

test('fairness: no limit is passed, no place is wasted, the fewest in flight and the oldest come first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async (steps) => {
      await database.outbox.deleteMany()
      const lines = new Map(tenantIds.map((id): [TenantId, Line] => [id, emptyLine()]))
      for (const one of steps) {
        if (one.kind === 'commit') {
          lineOf(lines, one.tenantId).waiting.push(
            ...(await commitQuietly(database, one.tenantId, one.count)),
          )
        } else if (one.kind === 'end') {
          const ended = [...lines.values()].flatMap((line) =>
            line.inFlight.splice(0, Math.ceil((line.inFlight.length * one.share) / 3)),
          )
          await endTasks(database, ended)
        } else {
          const { chosen, othersWait } = await choose(one.window)
          check(lines, one.window, chosen)
          expect(othersWait).toBe([...lines.values()].some(({ waiting }) => waiting.length > 0))
        }
      }
    }),
    { numRuns: 60 },
  )
})

function choose(window: number) {
  return database.statements.transaction((transaction) =>
    chooseTasks(transaction, { window, heldBack: [] }),
  )
}

/** Follows the choice task by task, and says of each whether it was that one's turn. */
function check(lines: Map<TenantId, Line>, window: number, chosen: readonly ChosenTask[]): void {
  let free = window - [...lines.values()].reduce((sum, { inFlight }) => sum + inFlight.length, 0)
  for (const { taskId, tenantId, turn } of chosen) {
    const line = lineOf(lines, tenantId as TenantId)
    expect(turn).toBe(line.inFlight.length + 1)
    expect(turn).toBe(Math.min(...candidates(lines).map((one) => one.inFlight.length + 1)))
    expect(turn === 1 || free > 0).toBe(true)
    expect(taskId).toBe(line.waiting.shift())
    line.inFlight.push(taskId)
    free -= 1
  }
  for (const [id, { inFlight }] of lines) expect(inFlight.length).toBeLessThanOrEqual(limits[id])
  const left = candidates(lines)
  if (free > 0) expect(left).toEqual([])
  // However full the queue is, everybody who wants something has something in it.
  for (const { inFlight } of left) expect(inFlight.length).toBeGreaterThan(0)
}

/** Lines in which somebody waits whom the tenant's limit would let go. */
function candidates(lines: Map<TenantId, Line>): Line[] {
  return [...lines]
    .filter(([id, { waiting, inFlight }]) => waiting.length > 0 && inFlight.length < limits[id])
    .map(([, line]) => line)
}

function emptyLine(): Line {
  return { waiting: [], inFlight: [] }
}

function lineOf(lines: Map<TenantId, Line>, tenantId: TenantId): Line {
  const line = lines.get(tenantId)
  if (!line) throw new Error(`No such tenant: ${tenantId}`)
  return line
}
