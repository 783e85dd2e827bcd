import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../running-server.ts'
import { startPostgres } from './start-postgres.ts'

let folder: string
let dataDir: string
let started: RunningServer[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-postgres-test-'))
  // A root's home is closed like this; the account that PostgreSQL runs under cannot walk through it.
  chmodSync(folder, 0o700)
  dataDir = join(folder, 'data')
})
afterEach(async () => {
  for (const server of started) await server.stop({ immediately: true })
  started = []
})
afterAll(() => rmSync(folder, { recursive: true }))

test('starts in an empty folder that only its owner may enter', async () => {
  const postgres = await start()
  expect(await query(postgres, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }])
  await query(postgres, 'CREATE TABLE kept (value int)')
})

test('keeps its data over a restart', async () => {
  const first = await start()
  await query(first, 'INSERT INTO kept VALUES (1)')
  await first.stop()
  await first.exited
  expect(await query(await start(), 'SELECT value FROM kept')).toEqual([{ value: 1 }])
})

test('recovers after it was killed', async () => {
  const first = await start()
  await query(first, 'INSERT INTO kept VALUES (2)')
  process.kill(first.pid, 'SIGKILL')
  expect(await query(await start(), 'SELECT count(*)::int FROM kept')).toEqual([{ count: 2 }])
})

test('replaces the server that a killed process left running', async () => {
  const leftover = await start()
  const next = await start()
  await leftover.exited
  expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('leaves a stranger alone whose process id stands in an old pid file', async () => {
  const first = await start()
  await first.stop()
  writeFileSync(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`)
  expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('starts over when its first start was cut short', async () => {
  const cutShort = join(folder, 'cut-short')
  mkdirSync(`${cutShort}.partial/base`, { recursive: true })
  expect(await query(await start(cutShort), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('names the port that is in use', async () => {
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const { port } = stranger.address() as { port: number }
  await expect(startPostgres({ dataDir, port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use, so PostgreSQL cannot start there`,
  )
  stranger.close()
})

async function start(folder = dataDir): Promise<RunningServer> {
  const server = await startPostgres({ dataDir: folder })
  started.push(server)
  return server
}

async function query({ url }: RunningServer, text: string): Promise<unknown[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
