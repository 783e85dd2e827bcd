// An attacker's afternoon: a gateway for each file of attacks, over real sockets. After each attack it must serve,
// hold no connection, and have logged no error: nothing may yield a 5xx, a hang or a look inside.
import { problemSchema } from '@throughline/contracts'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { strangersKey } from './core-peer.ts'
import { post, type RawResponse, sendRaw } from './raw-request.ts'
import { startGateway, type TestGateway } from './start-gateway.ts'

const limits = { headersTimeoutMs: 1_000, requestTimeoutMs: 1_500, timeoutCheckEveryMs: 50 }
let started: TestGateway

beforeAll(async () => {
  started = await startGateway({ redisUrl: inject('redisUrl'), limits })
})
afterAll(() => started.stop())
afterEach(async () => {
  started.peer.calls.length = 0
  started.peer.tasks.clear()
  const alive = await started.fetch('/healthz', { headers: { connection: 'close' } })
  expect(alive.status).toBe(200)
  await expect.poll(openConnections).toBe(0)
  expect(started.logs.filter(({ level }) => Number(level) >= 50)).toEqual([])
})

export const gateway = () => started

export const bearer = `Authorization: Bearer ${strangersKey}`

export const send = (...parts: (string | Uint8Array)[]) => sendRaw(started.port, ...parts)

export const search = (body: string | Uint8Array, ...headers: string[]) =>
  send(post('/v1/search', body, [bearer, ...headers]))

/** What of our own inside would be worth reading: paths, stacks, statements, addresses. */
export const inside =
  /node_modules|\/src\/|\.[jt]s:\d|\n\s+at |SELECT|prisma|redis:|127\.0\.0\.1|ECONN/i

export function expectRefusal(response: RawResponse, status: number) {
  expect(response.status, response.text).toBe(status)
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(response.text).not.toMatch(inside)
  const problem = problemSchema.parse(JSON.parse(response.body))
  expect(problem.status).toBe(status)
  return problem
}

export function expectServed(response: RawResponse): void {
  expect(response.status, response.text).toBe(200)
}

export const fieldsOf = ({ errors = [] }: { errors?: { field: string }[] }) => [
  ...new Set(errors.map(({ field }) => field)),
]

function openConnections(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  started.app.server.getConnections((_err, count) => resolve(count))
  return promise
}
