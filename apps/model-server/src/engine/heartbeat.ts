// While the engine works, it says once a second what it holds; and once more when it has come to rest.

const beatMs = 1_000

export interface Heartbeat {
  /** A call begins. */
  readonly begin: () => void
  readonly end: () => void
}

export function createHeartbeat(beat: () => void): Heartbeat {
  let running = 0
  let timer: NodeJS.Timeout | undefined
  const tick = () => {
    beat()
    if (running > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    begin: () => {
      running += 1
      timer ??= setInterval(tick, beatMs)
    },
    end: () => {
      running -= 1
    },
  }
}
