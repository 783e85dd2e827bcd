import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

function queueOf(...tenants: string[]) {
  const queue = createFairQueue<string>()
  tenants.forEach((tenant, index) => {
    queue.push(tenant, `${tenant}${index}`)
  })
  return queue
}

/** Serves as `slots` slots would that never become free again. */
function serve(queue: ReturnType<typeof queueOf>, slots = queue.size()): string[] {
  return Array.from({ length: slots }, () => {
    const next = queue.shift() ?? ''
    queue.begin(next.slice(0, 1))
    return next
  })
}

test('serves tenants in turns, and each in its own order', () => {
  expect(serve(queueOf('a', 'a', 'a', 'b', 'c', 'b'))).toEqual(['a0', 'b3', 'c4', 'a1', 'b5', 'a2'])
})

test('prefers who has fewer slots, whoever came first', () => {
  const queue = queueOf('a', 'b')
  queue.begin('a')
  expect(queue.shift()).toBe('b1')
})

test('gives turns in rotation when slots come back', () => {
  const queue = queueOf('a', 'a', 'a', 'b', 'b', 'c')
  const served = Array.from({ length: 6 }, () => {
    const [next = ''] = serve(queue, 1)
    queue.end(next.slice(0, 1))
    return next
  })
  expect(served).toEqual(['a0', 'b3', 'c5', 'a1', 'b4', 'a2'])
})

const tenant = fc.constantFrom('a', 'b', 'c', 'd')

test('says how many will be served first', () => {
  const given = fc.record({ running: fc.array(tenant), waiting: fc.array(tenant), next: tenant })
  fc.assert(
    fc.property(given, ({ running, waiting, next }) => {
      const queue = queueOf(...waiting)
      for (const name of running) queue.begin(name)
      const ahead = queue.ahead(next)
      queue.push(next, `${next}-new`)
      expect(serve(queue).indexOf(`${next}-new`)).toBe(ahead)
    }),
  )
})

test('remembers nobody who neither waits nor is served', () => {
  const queue = queueOf('a', 'b', 'b')
  queue.remove('b', 'b1')
  queue.remove('b', 'b1')
  queue.remove('b', 'unknown')
  expect([queue.size(), queue.waitingOf('b')]).toEqual([2, 1])
  for (const served of serve(queue)) queue.end(served.slice(0, 1))
  expect([queue.size(), queue.ahead('a'), queue.shift()]).toEqual([0, 0, undefined])
})
