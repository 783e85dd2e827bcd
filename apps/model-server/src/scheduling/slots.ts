// Who may use the engine, and in which order: as many at once as it has slots; the others wait in a bounded queue, fair
// between tenants.
import { ModelServerError } from '../errors.ts'
import { createFairQueue } from './fair-queue.ts'
import { createPace } from './pace.ts'

export interface Slots {
  /**
   * Takes a place, at once or not at all (`queue_full`). Nobody may wait with more requests than there are places left:
   * a tenant alone fills half of the queue, and the next one still finds room.
   */
  readonly enter: (tenant: string) => Place
  readonly waiting: () => number
  readonly busy: () => number
  /** A tenant who has nothing waiting would be refused. */
  readonly isFull: () => boolean
}

/** In the queue, and from its turn on in a slot. Whoever takes one leaves it, whatever happens. */
export interface Place {
  /** How many were to be served first when the place was taken. */
  readonly position: number
  /** A slot is its own already. */
  readonly hasTurn: () => boolean
  readonly turn: (signal: AbortSignal) => Promise<void>
  /** Gives up the place or the slot; doing so again changes nothing. */
  readonly leave: () => void
}

export interface SlotsOptions {
  readonly slots: number
  readonly maxWaiting: number
}

export function createSlots({ slots, maxWaiting }: SlotsOptions): Slots {
  const queue = createFairQueue<() => void>()
  const pace = createPace(slots)
  let busy = 0

  const refuseWhenFull = (tenant: string) => {
    if (busy < slots) return
    const waiting = queue.size()
    const own = queue.waitingOf(tenant)
    if (own < maxWaiting - waiting) return
    throw new ModelServerError(
      'queue_full',
      `${waiting} requests are waiting already, ${own} of them of this tenant; try again`,
      { retryAfterSeconds: pace.secondsFor(waiting) },
    )
  }

  const enter = (tenant: string): Place => {
    refuseWhenFull(tenant)
    const itsTurn = Promise.withResolvers<void>()
    let begunAt: number | undefined
    let left = false

    const begin = () => {
      begunAt = performance.now()
      busy += 1
      queue.begin(tenant)
      itsTurn.resolve()
    }
    const end = (since: number) => {
      pace.observe(performance.now() - since)
      busy -= 1
      queue.end(tenant)
      queue.shift()?.()
    }
    const leave = () => {
      if (left) return
      left = true
      if (begunAt === undefined) queue.remove(tenant, begin)
      else end(begunAt)
    }
    const turn: Place['turn'] = async (signal) => {
      const giveUp = () => {
        leave()
        itsTurn.reject(signal.reason)
      }
      signal.throwIfAborted()
      signal.addEventListener('abort', giveUp, { once: true })
      try {
        await itsTurn.promise
      } finally {
        signal.removeEventListener('abort', giveUp)
      }
      // It may have been given up after its turn had come.
      signal.throwIfAborted()
    }

    const position = busy < slots ? 0 : queue.ahead(tenant)
    if (busy < slots) begin()
    else queue.push(tenant, begin)
    return { position, hasTurn: () => begunAt !== undefined, turn, leave }
  }

  return {
    enter,
    waiting: queue.size,
    busy: () => busy,
    isFull: () => busy >= slots && queue.size() >= maxWaiting,
  }
}
