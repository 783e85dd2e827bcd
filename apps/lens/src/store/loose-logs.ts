// Log records outside any trace: the newest few, because start-up messages explain the traces that follow.
import { logSize, resourceSize } from './record-size.ts'
import type { LogRecord } from './records.ts'

const mostRecords = 1_000

export class LooseLogs {
  readonly records: LogRecord[] = []
  readonly #maxBytes: number
  bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(log: LogRecord): void {
    this.records.push(log)
    this.bytes += sizeOf(log)
    while (this.records.length > mostRecords || this.bytes > this.#maxBytes) {
      const oldest = this.records.shift()
      if (!oldest) return
      this.bytes -= sizeOf(oldest)
    }
  }

  clear(): void {
    this.records.length = 0
    this.bytes = 0
  }
}

/** Each is charged for its whole resource: they are few, and any of them may be the last that has it. */
function sizeOf(log: LogRecord): number {
  return logSize(log) + resourceSize(log.resource)
}
