// Log records outside any trace: the newest few, because start-up messages explain the traces that follow.
import { logSize } from './record-size.ts'
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
    this.bytes += logSize(log)
    while (this.records.length > mostRecords || this.bytes > this.#maxBytes) {
      const oldest = this.records.shift()
      if (!oldest) return
      this.bytes -= logSize(oldest)
    }
  }

  clear(): void {
    this.records.length = 0
    this.bytes = 0
  }
}
