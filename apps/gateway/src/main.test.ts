// The life of the process: it starts by its flag, serves, and stops in order.
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { trustedKey } from './testing/core-peer.ts'
import { addTask } from './testing/finish-task.ts'
import { type GatewayProcess, startGatewayProcess } from './testing/start-gateway-process.ts'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await startGatewayProcess(inject('redisUrl'))
})
afterAll(() => gateway.stop())

test('says where it listens, and nothing after that by itself', async () => {
  const { address, lines } = gateway.process
  expect(lines.at(-1)).toMatchObject({ level: 'info', name: 'gateway', msg: 'listening' })
  expect((await fetch(`${address}/readyz`)).status).toBe(200)
  expect(lines.at(-1)).toMatchObject({ msg: 'listening' })
})

test('belongs to no trace with what it says of its own work', async () => {
  const alone = await startGatewayProcess(inject('redisUrl'), { CORE_ADDRESS: '127.0.0.1:1' })
  const line = alone.process.lines.find(
    ({ msg }) => msg === 'keys not refreshed, the last ones stay',
  )
  await alone.stop()
  expect(line).toMatchObject({ level: 'warn' })
  expect(line).not.toHaveProperty('trace_id')
})

test('stops in order: a stream is ended, a wait answered, the process gone with code 0', async () => {
  const task = addTask(gateway.peer)
  const stream = await gateway.fetch(`/v1/tasks/${task.id}/events`, trustedKey)
  const wait = gateway.negotiate(trustedKey, {}, '?wait=true')
  await expect.poll(() => gateway.peer.tasks.size).toBe(2)
  const exitCode = gateway.process.stop()
  expect((await wait).status).toBe(202)
  expect(await stream.text()).toMatch(/^retry/)
  expect(await exitCode).toBe(0)
})
