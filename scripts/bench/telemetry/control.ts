// Loaded first into every process that is measured: says when it listens and what it has used, over the channel to its
// parent. The same code in every variant, so that it weighs the same in all of them.
import diagnosticsChannel from 'node:diagnostics_channel'
import type { AddressInfo, Server } from 'node:net'

export interface Usage {
  /** Of all its threads, in user and system mode, since it began. */
  readonly cpuMicros: number
  readonly rssBytes: number
}

export type Question =
  | { readonly id: number; readonly ask: 'usage' }
  | { readonly id: number; readonly ask: 'startProfile' }
  | { readonly id: number; readonly ask: 'stopProfile' }
  | { readonly id: number; readonly ask: 'work'; readonly load: unknown }

export type Message =
  | { readonly ready: number }
  | { readonly answer: number; readonly value: unknown; readonly error?: string }

export interface Load {
  readonly perSecond: number
  readonly seconds: number
}

type Work<Wanted> = (load: Wanted) => Promise<unknown>
const work = Promise.withResolvers<Work<never>>()
const send = (message: Message) => void process.send?.(message)

/** For a process that works by itself: what it does when it is told to. It counts as ready from then on. */
export function offerWork<Wanted = Load>(doWork: Work<Wanted>): void {
  work.resolve(doWork)
  process.channel?.ref()
  send({ ready: 0 })
}

diagnosticsChannel.subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const { server } = message as { server: Server }
  send({ ready: (server.address() as AddressInfo).port })
})

process.on('message', async (question: Question) => {
  const { id } = question
  try {
    send({ answer: id, value: await answer(question) })
  } catch (err) {
    send({ answer: id, value: undefined, error: String(err) })
  }
})
// Only who offers work lives by this channel alone.
process.channel?.unref()

async function answer(question: Question): Promise<unknown> {
  if (question.ask === 'work') return (await work.promise)(question.load as never)
  if (question.ask === 'usage') return usage()
  // Loaded by who is asked for a profile, and by nobody else.
  const { startProfile, stopProfile } = await import('./profile/profiler.ts')
  return question.ask === 'startProfile' ? startProfile() : stopProfile()
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() }
}
