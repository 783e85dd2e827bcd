// Reads that block their connection until data comes, and can be ended before: from another connection, by the number
// under which Redis knows the blocked one.
import { setTimeout as delay } from 'node:timers/promises'
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'

export interface BlockingReads {
  /** One at a time. */
  run<Reply>(read: () => Promise<Reply>): Promise<Reply>
  /** Ends the read under way, as if its time were over. */
  end(): void
}

interface Read {
  isToEnd: boolean
}

/** The word to end a read may be there before the read: it is said again until the read has ended. */
const againAfterMs = 5

export function createBlockingReads({
  commands,
  blocking,
}: Readonly<Record<'commands' | 'blocking', Redis>>): BlockingReads {
  let underWay: Read | undefined
  let connection: number | undefined
  // The next one has another number.
  blocking.on('close', () => {
    connection = undefined
  })

  const learnNumber = async () => {
    // Not every user or proxy may ask. Without an answer, a read ends when its time is over.
    connection = await blocking.client('ID').catch(() => undefined)
    if (underWay?.isToEnd) await unblock(underWay)
  }

  const unblock = async (read: Read) => {
    while (read === underWay && connection !== undefined) {
      const blocked = connection
      const saying = withoutTracing(() => commands.client('UNBLOCK', blocked))
      const unblocked = await saying.catch(() => undefined)
      // If Redis is away, the read ends by that.
      if (unblocked !== 0) return
      await delay(againAfterMs)
    }
  }

  return {
    async run(read) {
      underWay = { isToEnd: false }
      // Ahead of the read, so that it is answered before that blocks.
      if (connection === undefined) learnNumber()
      return read().finally(() => {
        underWay = undefined
      })
    },

    end() {
      if (underWay === undefined || underWay.isToEnd) return
      underWay.isToEnd = true
      unblock(underWay)
    },
  }
}
