import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { choosePorts, freePorts } from './ports.ts'

let stranger: Server
let busy: number
/** Any free port for all: the usual ones may be in use here. */
const anyPorts = Object.fromEntries(
  ['GATEWAY', 'CORE', 'ORCHESTRATOR', 'MODEL_SERVER', 'LENS', 'LENS_OTLP', 'POSTGRES', 'REDIS'].map(
    (name) => [`${name}_PORT`, '0'],
  ),
)

beforeEach(async () => {
  stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  busy = (stranger.address() as { port: number }).port
})
afterEach(() => stranger.close())

test('names the port, the variable and the process that is in the way', async () => {
  await expect(choosePorts({ ...anyPorts, LENS_PORT: String(busy) })).rejects.toThrow(
    new RegExp(
      `Lens wants port ${busy}, .* by process ${process.pid} .*; end that, or set LENS_PORT`,
    ),
  )
})

test('does not move a database whose port was asked for', async () => {
  await expect(choosePorts({ ...anyPorts, POSTGRES_PORT: String(busy) })).rejects.toThrow(
    /PostgreSQL wants port .* set POSTGRES_PORT/,
  )
})

test('refuses what is not a port', async () => {
  await expect(choosePorts({ ...anyPorts, REDIS_PORT: '80a' })).rejects.toThrow(
    'REDIS_PORT is "80a", which is not a port',
  )
})

test('refuses one port for two parts', async () => {
  const [port] = Object.values(await freePorts())
  const same = { GATEWAY_PORT: String(port), LENS_PORT: String(port) }
  await expect(choosePorts({ ...anyPorts, ...same })).rejects.toThrow(
    `LENS_PORT is ${port}, which another part uses`,
  )
})

test('gives each part a port of its own', async () => {
  const ports = Object.values(await freePorts())
  expect(new Set(ports).size).toBe(ports.length)
})
