// The life of the process: it starts by its flag, serves, and stops in order.
import { once } from 'node:events'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { trustedKey } from './testing/core-peer.ts'
import { addTask } from './testing/finish-task.ts'
import { type GatewayProcess, startProcess } from './testing/start-process.ts'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await startProcess(inject('redisUrl'))
})
afterAll(() => gateway.stop())

test('says where it listens, and nothing after that by itself', async () => {
  const { address } = gateway.logs.at(-1) ?? {}
  expect(gateway.logs.at(-1)).toMatchObject({ level: 'info', name: 'gateway', msg: 'listening' })
  expect((await fetch(`${address}/readyz`)).status).toBe(200)
  expect(gateway.logs.at(-1)).toMatchObject({ msg: 'listening' })
})

test('stops in order: a stream is ended, a wait answered, the process gone with code 0', async () => {
  const task = addTask(gateway.peer)
  const stream = await gateway.fetch(`/v1/tasks/${task.id}/events`, trustedKey)
  const wait = gateway.negotiate(trustedKey, {}, '?wait=true')
  await expect.poll(() => gateway.peer.tasks.size).toBe(2)
  const exited = once(gateway.process, 'exit')
  gateway.process.kill('SIGTERM')
  expect((await wait).status).toBe(202)
  expect(await stream.text()).toMatch(/^retry/)
  expect(await exited).toEqual([0, null])
})
