import { setTimeout as delay } from 'node:timers/promises'
import type { Key } from '@throughline/contracts'
import { type Logger, pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { keyOf } from '../testing/core-peer.ts'
import { createKeyDirectory, type KeyDirectory } from './key-directory.ts'

const silent: Logger = pino({ level: 'silent' })
const started: KeyDirectory[] = []
afterEach(() => {
  for (const keys of started.splice(0)) keys.stop()
})

function directory(listKeys: () => Promise<Key[]>, options = {}): KeyDirectory {
  const keys = createKeyDirectory({ listKeys, logger: silent, ...options })
  started.push(keys)
  return keys
}

test('finds a caller by the key whose hash core keeps', async () => {
  const keys = directory(async () => [keyOf('right', { tenantId: 'tenant-a' })])
  await keys.start()
  expect(keys.find('right')).toMatchObject({ tenantId: 'tenant-a', trusted: false })
  expect(keys.find('wrong')).toBeUndefined()
})

test('finds a key made since the last refresh, but lets guesses ask core once in a while only', async () => {
  let asked = 0
  const stored = [keyOf('old')]
  const keys = directory(async () => {
    asked += 1
    await delay(5)
    return [...stored]
  })
  await keys.start()
  stored.push(keyOf('new'))
  const guesses = Array.from({ length: 50 }, (_, guess) => keys.findFresh(`guess-${guess}`))
  expect(await keys.findFresh('new')).toBeDefined()
  expect(await Promise.all(guesses)).not.toContainEqual(expect.anything())
  expect(asked).toBe(2)
})

test('is not loaded until core has answered, and keeps the last answer after that', async () => {
  let reachable = false
  const listKeys = async () => {
    if (!reachable) throw new Error('core is away')
    return [keyOf('key')]
  }
  const keys = directory(listKeys, { retryEveryMs: 10, refreshEveryMs: 10 })
  await keys.start()
  expect(keys.isLoaded()).toBe(false)
  reachable = true
  await expect.poll(() => keys.isLoaded()).toBe(true)
  reachable = false
  await keys.findFresh('another')
  expect(keys.find('key')).toBeDefined()
})

test('forgets a key that core no longer lists', async () => {
  let stored = [keyOf('key')]
  const keys = directory(async () => stored, { refreshEveryMs: 10 })
  await keys.start()
  stored = []
  await expect.poll(() => keys.find('key')).toBeUndefined()
})
