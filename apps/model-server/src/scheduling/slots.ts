// Who may use the engine, and in which order: as many as it has sequences, the others wait in a bounded queue.
import { ModelServerError } from '../errors.ts'

export interface Slot {
  readonly index: number
  readonly release: () => void
}

export interface Slots {
  /** Waits in order of arrival; refuses at once when too many wait already. */
  readonly take: (signal: AbortSignal) => Promise<Slot>
  readonly waiting: () => number
  readonly busy: () => number
}

export interface SlotsOptions {
  readonly slots: number
  readonly maxWaiting: number
  /** Called whenever somebody begins or stops waiting or using a slot. */
  readonly onChange?: (state: { readonly waiting: number; readonly busy: number }) => void
}

export function createSlots({ slots, maxWaiting, onChange }: SlotsOptions): Slots {
  const free = Array.from({ length: slots }, (_, index) => index)
  const queue: ((index: number) => void)[] = []
  const changed = () => onChange?.({ waiting: queue.length, busy: slots - free.length })

  const slotAt = (index: number): Slot => {
    let held = true
    return {
      index,
      release: () => {
        if (!held) return
        held = false
        const next = queue.shift()
        if (next === undefined) free.push(index)
        else next(index)
        changed()
      },
    }
  }

  const take = async (signal: AbortSignal): Promise<Slot> => {
    signal.throwIfAborted()
    const index = free.shift()
    if (index !== undefined) {
      changed()
      return slotAt(index)
    }
    if (queue.length >= maxWaiting) {
      throw new ModelServerError(
        'queue_full',
        `${maxWaiting} requests are waiting already; try again`,
      )
    }
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const enter = (turn: number) => {
      signal.removeEventListener('abort', leave)
      resolve(turn)
    }
    const leave = () => {
      queue.splice(queue.indexOf(enter), 1)
      changed()
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    queue.push(enter)
    changed()
    return slotAt(await promise)
  }

  return { take, waiting: () => queue.length, busy: () => slots - free.length }
}
