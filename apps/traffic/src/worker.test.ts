import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createGatewayClient } from './gateway-client.ts'
import { pause } from './pause.ts'
import { createMakeVisit, type MakeVisit } from './visits/make-visit.ts'
import { buildWorker, type Worker, type WorkerOptions } from './worker.ts'

const logs: Record<string, unknown>[] = []
const write = (chunk: Buffer, _encoding: string, done: () => void) => {
  logs.push(JSON.parse(String(chunk)))
  done()
}
let worker: Worker | undefined

afterEach(async () => {
  await worker?.stop()
  logs.length = 0
})

function startWorker(makeVisit: MakeVisit, options: Partial<WorkerOptions> = {}): Worker {
  worker = buildWorker({
    arrivals: steadily(),
    planVisit: () => ({ kind: 'mistake', mistake: 'forgets the key' }),
    concurrency: 4,
    logger: pino({ base: null }, new Writable({ write })),
    makeVisit,
    ...options,
  })
  worker.start()
  return worker
}

function* steadily() {
  for (let seconds = 0; ; seconds += 0.002) yield seconds
}

test('lets in as many as there may be, no more at a time than there is room for, in order', async () => {
  const planned: number[] = []
  let inside = 0
  let most = 0
  const { finished } = startWorker(
    async (_, signal) => {
      inside += 1
      most = Math.max(most, inside)
      await pause(20, signal)
      inside -= 1
    },
    {
      limit: 30,
      planVisit: (index) => {
        planned.push(index)
        return { kind: 'mistake', mistake: 'forgets the key' }
      },
    },
  )
  await finished
  expect(planned).toEqual(Array.from({ length: 30 }, (_, index) => index))
  expect(most).toBe(4)
  expect(inside).toBe(0)
})

test('knocks more and more seldom while the gateway is away, and says so once', async () => {
  const port = await freePort()
  const gateway = createGatewayClient({
    ...{ url: `http://127.0.0.1:${port}`, apiKey: 'key', limitedApiKey: 'limited' },
  })
  const makeVisit = createMakeVisit({ gateway, logger: pino({ level: 'silent' }) })
  let knocks = 0
  startWorker((...args) => {
    knocks += 1
    return makeVisit(...args)
  })
  await expect.poll(() => knocks).toBeGreaterThanOrEqual(3)
  const messages = () => logs.map(({ msg }) => msg)
  expect(messages()).toEqual(['gateway is away; trying again'])

  let knocksWhileAway = 0
  const server = await listen(
    createServer((_request, response) => {
      knocksWhileAway ||= knocks
      response.writeHead(401).end()
    }),
    port,
  )
  await expect.poll(messages).toEqual(['gateway is away; trying again', 'gateway is back'])
  // Four who came before the first of them had failed, then one at a time, after 250, 500, 1000, 2000, 4000 ms.
  expect(knocksWhileAway).toBeLessThanOrEqual(10)
  await worker?.stop()
  server.closeAllConnections()
  server.close()
})

test('a stop lets visits under way end, and those that take too long are broken off', async () => {
  let begun = 0
  let ended = 0
  const { stop } = startWorker(
    async (_, signal) => {
      begun += 1
      await pause(begun === 1 ? 100 : 60_000, signal)
      ended += 1
    },
    { graceMs: 400, concurrency: 2 },
  )
  await expect.poll(() => begun).toBe(2)
  await stop()
  expect({ begun, ended }).toEqual({ begun: 2, ended: 1 })
  expect(logs.filter(({ level }) => Number(level) >= 40)).toEqual([])
})

async function freePort(): Promise<number> {
  const server = await listen(createServer(), 0)
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}
