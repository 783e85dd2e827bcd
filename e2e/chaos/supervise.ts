// Keeps one process running: whatever ends it, another life of it begins, on the same ports.
import { setTimeout as sleep } from 'node:timers/promises'

export interface Life {
  /** Of the process and the count of its lives: `worker-2.5`. */
  readonly id: string
  readonly startedAt: number
  readyAt?: number
  /** When it was killed from here. */
  killedAt?: number
  endedAt?: number
}

export interface Process {
  readonly pid: number
  readonly exited: Promise<unknown>
  signal(signal: NodeJS.Signals): void
  /** Ends it in order. */
  stop(): Promise<void>
}

/** Hands the process over as soon as there is one, and resolves when it is ready. */
export type Launch = (life: Life, spawned: (process: Process) => void) => Promise<void>

export interface Supervised {
  readonly name: string
  readonly lives: readonly Life[]
  /** What went wrong that nobody did to it. */
  readonly problems: readonly string[]
  readonly isReady: () => boolean
  /** `kill -9`, as soon as there is a process. `meanwhile` is done before the next life begins. */
  kill(meanwhile?: () => void | Promise<void>): Promise<Life>
  signal(signal: NodeJS.Signals): void
  stop(): Promise<void>
}

/** A port, or the shared memory of a server that was killed, may be held a moment longer. */
const mostFailures = 50
const launchAgainMs = 100

export function supervise(name: string, launch: Launch): Supervised {
  const lives: Life[] = []
  const problems: string[] = []
  let current: Process | undefined
  let spawned = Promise.withResolvers<Process>()
  let beforeNext: (() => void | Promise<void>) | undefined
  let stopping = false

  const running = keepRunning()

  return {
    ...{ name, lives, problems },
    isReady: () => current !== undefined && lives.at(-1)?.readyAt !== undefined,
    async kill(meanwhile) {
      const process = await spawned.promise
      const life = lives.at(-1)
      if (life === undefined) throw new Error(`${name} has no life to end`)
      beforeNext = meanwhile
      life.killedAt = Date.now()
      process.signal('SIGKILL')
      await process.exited
      return life
    },
    signal: (signal) => current?.signal(signal),
    async stop() {
      stopping = true
      await current?.stop()
      await running
    },
  }

  async function keepRunning(): Promise<void> {
    let failures = 0
    while (!stopping && failures < mostFailures) {
      const life: Life = { id: `${name}.${lives.length + 1}`, startedAt: Date.now() }
      lives.push(life)
      const end = await live(life)
      if (life.endedAt === undefined) lives.pop()
      else if (life.killedAt === undefined && !stopping) problems.push(`${life.id} ${end}`)
      if (life.killedAt === undefined) {
        failures += 1
        if (failures === mostFailures) problems.push(`${name} is given up: ${end}`)
        await sleep(launchAgainMs)
      } else {
        failures = 0
        await beforeNext?.()
        beforeNext = undefined
      }
    }
  }

  /** Resolves when it is over, with how it ended. Without a process it never was a life. */
  async function live(life: Life): Promise<string> {
    const spawning = Promise.withResolvers<Process | undefined>()
    const launched = launch(life, spawning.resolve).then(
      () => {
        if (life.endedAt === undefined) life.readyAt = Date.now()
        return undefined
      },
      (err: unknown) => (err instanceof Error ? err.message : String(err)),
    )
    launched.then(() => spawning.resolve(undefined))
    const process = await spawning.promise
    current = process
    if (process === undefined) return (await launched) ?? 'was not launched'
    spawned.resolve(process)
    if (stopping) void process.stop()
    let failure: string | undefined
    launched.then((reason) => {
      if (reason === undefined || life.endedAt !== undefined) return
      failure = reason
      process.signal('SIGKILL')
    })
    const end = await process.exited
    life.endedAt = Date.now()
    current = undefined
    spawned = Promise.withResolvers()
    return failure ?? `ended by itself: ${end}`
  }
}
