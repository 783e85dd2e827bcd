import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { type Launch, type Supervised, supervise } from './supervise.ts'

let supervised: Supervised
afterEach(() => supervised.stop())

const sleeper = 'process.stdout.write("ready"); setInterval(() => {}, 1000)'

function launching(script: string, seen: number[] = []): Launch {
  return async (_, spawned) => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    const exited = once(child, 'exit').then(([code, signal]) => signal ?? code)
    seen.push(child.pid ?? 0)
    spawned({
      pid: child.pid ?? 0,
      exited,
      signal: (signal) => void child.kill(signal),
      async stop() {
        child.kill('SIGTERM')
        await exited
      },
    })
    await once(child.stdout, 'data')
  }
}

test('begins another life after each kill, and knows when each was ended', async () => {
  const pids: number[] = []
  supervised = supervise('worker-1', launching(sleeper, pids))
  const lives = [await supervised.kill(), await supervised.kill(), await supervised.kill()]
  await vi.waitFor(() => expect(supervised.isReady()).toBe(true), 5_000)
  expect(lives.map(({ id }) => id)).toEqual(['worker-1.1', 'worker-1.2', 'worker-1.3'])
  expect(lives.every(({ killedAt }) => killedAt !== undefined)).toBe(true)
  expect(new Set(pids).size).toBe(4)
  expect(supervised.problems).toEqual([])
})

test('does what was asked for between two lives', async () => {
  const order: string[] = []
  const launch: Launch = async (life, spawned) => {
    order.push(life.id)
    await launching(sleeper)(life, spawned)
  }
  supervised = supervise('redis', launch)
  await supervised.kill(() => void order.push('emptied'))
  await vi.waitFor(() => expect(supervised.isReady()).toBe(true), 5_000)
  expect(order).toEqual(['redis.1', 'emptied', 'redis.2'])
})

test('reports a process that ended though nobody ended it', async () => {
  supervised = supervise('core', launching('process.stdout.write("ready"); process.exit(3)'))
  await vi.waitFor(() => expect(supervised.problems[0]).toBe('core.1 ended by itself: 3'), 5_000)
})

test('tries again when a port is still held', async () => {
  let attempts = 0
  supervised = supervise('postgres', async (life, spawned) => {
    attempts += 1
    if (attempts < 3) throw new Error('in use')
    await launching(sleeper)(life, spawned)
  })
  await vi.waitFor(() => expect(supervised.isReady()).toBe(true), 5_000)
  expect(supervised.lives.map(({ id }) => id)).toEqual(['postgres.1'])
  expect(supervised.problems).toEqual([])
})
