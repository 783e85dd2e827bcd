// Texts that come faster than they can be sent on go together: a server under load, or a caller who reads slowly, gets
// fewer and longer chunks. What waits is then no longer than the answer itself.

export interface JoinedTexts {
  readonly add: (text: string) => void
  /** Sends what still waits. */
  readonly flush: () => void
}

export function joinTexts(
  send: (text: string) => void,
  whenWritable: (callback: () => void) => void,
): JoinedTexts {
  let waiting = ''
  let called = false
  const flush = () => {
    if (waiting !== '') send(waiting)
    waiting = ''
  }
  return {
    add: (text) => {
      waiting += text
      if (called) return
      called = true
      whenWritable(() => {
        called = false
        flush()
      })
    },
    flush,
  }
}
