// Notices that work has stopped moving. It counts its own ticks and asks no clock: a server that was itself suspended
// finds one tick waiting, not a whole deadline gone, and hears what the engine has said meanwhile before the next.

export interface Watchdog {
  /** Work has begun: from here on it must move. */
  readonly watch: () => void
  readonly moved: () => void
  /** Nothing is left to do. */
  readonly rest: () => void
}

const ticks = 4

export function createWatchdog(stallMs: number, onStall: () => void): Watchdog {
  let timer: NodeJS.Timeout | undefined
  let silentTicks = 0
  const rest = () => {
    clearInterval(timer)
    timer = undefined
  }
  return {
    watch: () => {
      if (timer !== undefined) return
      silentTicks = 0
      timer = setInterval(() => {
        silentTicks += 1
        if (silentTicks < ticks) return
        rest()
        onStall()
      }, stallMs / ticks)
    },
    moved: () => {
      silentTicks = 0
    },
    rest,
  }
}
