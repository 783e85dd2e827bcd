import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSlots, type Place, type Slots, type SlotsOptions } from './slots.ts'

const { signal } = new AbortController()

/** All slots are in use, by one tenant. */
function filled(options: SlotsOptions): { slots: Slots; running: Place[] } {
  const slots = createSlots(options)
  return { slots, running: Array.from({ length: options.slots }, () => slots.enter('busy')) }
}

/** Waits for its turn, says that it has come, and is done. */
async function use(slots: Slots, tenant: string, onTurn: () => void): Promise<void> {
  const place = slots.enter(tenant)
  try {
    await place.turn(signal)
    onTurn()
  } finally {
    place.leave()
  }
}

test('gives slots in order of arrival, and takes them back', async () => {
  const { slots, running } = filled({ slots: 1, maxWaiting: 4 })
  const served: string[] = []
  const users = ['one', 'two'].map((name) => use(slots, 'busy', () => served.push(name)))
  expect(slots.waiting()).toBe(2)
  running[0]?.leave()
  await Promise.all(users)
  expect(served).toEqual(['one', 'two'])
  expect([slots.waiting(), slots.busy()]).toEqual([0, 0])
})

test('serves the one request of a tenant before the thousand that wait of another', async () => {
  const attempt = async (count: number, firstToEnd: number) => {
    const { slots, running } = filled({ slots: count, maxWaiting: 3_000 })
    const served: string[] = []
    const many = Array.from({ length: 1_000 }, () => use(slots, 'busy', () => served.push('busy')))
    const single = use(slots, 'single', () => served.push('single'))
    running[firstToEnd % count]?.leave()
    await single
    expect(served).toEqual(['single'])
    for (const place of running) place.leave()
    await Promise.all(many)
  }
  const counts = fc.integer({ min: 1, max: 8 })
  await fc.assert(fc.asyncProperty(counts, fc.nat(), attempt), { numRuns: 10 })
})

test('leaves room for the next tenant, however much one sends', () => {
  const { slots, running } = filled({ slots: 2, maxWaiting: 8 })
  const enter = (tenant: string) => slots.enter(tenant).position
  expect([enter('busy'), enter('busy'), enter('busy'), enter('busy')]).toEqual([0, 1, 2, 3])
  expect(() => enter('busy')).toThrow(
    expect.objectContaining({
      code: 'queue_full',
      message: '4 requests are waiting already, 4 of them of this tenant; try again',
    }),
  )
  expect([enter('other'), enter('other')]).toEqual([0, 1])
  expect(() => enter('other')).toThrow('6 requests are waiting already, 2 of them')
  expect([enter('third'), slots.isFull()]).toEqual([1, false])
  expect([enter('fourth'), slots.isFull()]).toEqual([2, true])
  expect(() => enter('fifth')).toThrow('8 requests are waiting already, 0 of them')
  running[0]?.leave()
  expect(slots.isFull()).toBe(false)
})

test('serves without a queue as long as slots are free', () => {
  const { slots, running } = filled({ slots: 2, maxWaiting: 0 })
  expect(running.map(({ position }) => position)).toEqual([0, 0])
  expect(running.map(({ hasTurn }) => hasTurn())).toEqual([true, true])
  expect(() => slots.enter('other')).toThrow(expect.objectContaining({ code: 'queue_full' }))
  expect(slots.isFull()).toBe(true)
})

test('forgets whoever gives up waiting', async () => {
  const { slots, running } = filled({ slots: 1, maxWaiting: 4 })
  const impatient = new AbortController()
  const given = slots.enter('busy').turn(impatient.signal)
  const patient = slots.enter('busy').turn(signal)

  impatient.abort(new Error('no longer wanted'))
  await expect(given).rejects.toThrow('no longer wanted')
  expect(slots.waiting()).toBe(1)
  running[0]?.leave()
  await patient
  expect([slots.waiting(), slots.busy()]).toEqual([0, 1])
})

test('gives to the next what nobody has come for', async () => {
  const { slots, running } = filled({ slots: 1, maxWaiting: 4 })
  const gone = new AbortController()
  const asked = slots.enter('busy')
  const next = slots.enter('busy').turn(signal)
  const given = asked.turn(gone.signal)
  // Its turn comes, and it is gone before it hears of it.
  running[0]?.leave()
  gone.abort(new Error('gone'))
  await expect(given).rejects.toThrow('gone')
  await next
  expect([slots.waiting(), slots.busy()]).toEqual([0, 1])
})

test('takes a slot back once, however often it is left', () => {
  const { slots, running } = filled({ slots: 2, maxWaiting: 4 })
  running[0]?.leave()
  running[0]?.leave()
  slots.enter('busy')
  slots.enter('busy')
  expect([slots.waiting(), slots.busy()]).toEqual([1, 2])
})

test('never lets in more than it has slots, and ends at rest, whatever its callers do', async () => {
  const call = fc.record({
    tenant: fc.constantFrom('a', 'b', 'c'),
    leaves: fc.constantFrom('before its turn', 'in its slot', 'at the end'),
  })
  const attempt = async (calls: { tenant: string; leaves: string }[], count: number) => {
    const slots = createSlots({ slots: count, maxWaiting: 1_000 })
    let held = 0
    const users = calls.map(async ({ tenant, leaves }) => {
      const place = slots.enter(tenant)
      const controller = new AbortController()
      try {
        const turn = place.turn(controller.signal)
        if (leaves === 'before its turn') controller.abort(new Error('left'))
        await turn
        held += 1
        expect(held).toBeLessThanOrEqual(count)
        if (leaves === 'at the end') await nextTurn()
        held -= 1
      } catch (err) {
        expect(err).toEqual(new Error('left'))
      } finally {
        place.leave()
      }
    })
    await Promise.all(users)
    expect([slots.waiting(), slots.busy()]).toEqual([0, 0])
  }
  const counts = fc.integer({ min: 1, max: 4 })
  await fc.assert(fc.asyncProperty(fc.array(call, { maxLength: 40 }), counts, attempt))
})
