// What the engine says goes out together. Words wait until the next evaluation has begun: sending them takes the time of
// the thread that begins it, and evaluating does not.
import type { FromEngine, Progress } from './protocol.ts'

export interface Outbox<Message> {
  /** Goes at the end of this turn of the event loop, with all that waits. */
  readonly send: (message: Message) => void
  /** Waits for the next evaluation, or for something that is sent. */
  readonly add: (message: Message) => void
  readonly evaluationBegins: () => void
}

/** That the prompt is read goes at once, and the first words with it: somebody waits for them. */
export function tell(outbox: Outbox<FromEngine>, id: number, progress: Progress): void {
  if ('text' in progress) outbox.add({ id, ...progress })
  else outbox.send({ id, ...progress })
}

export function createOutbox<Message>(
  sendAll: (messages: readonly Message[]) => void,
): Outbox<Message> {
  let waiting: Message[] = []
  let isSending = false

  const sendSoon = () => {
    if (isSending || waiting.length === 0) return
    isSending = true
    setImmediate(() => {
      isSending = false
      const messages = waiting
      waiting = []
      sendAll(messages)
    })
  }
  return {
    send: (message) => {
      waiting.push(message)
      sendSoon()
    },
    add: (message) => {
      waiting.push(message)
    },
    evaluationBegins: sendSoon,
  }
}
