// Ids out of a page of random digits that is drawn at once: one call into the runtime for a hundred spans.
import { randomFillSync } from 'node:crypto'
import type { IdGenerator } from '@opentelemetry/sdk-trace'

const page = Buffer.allocUnsafeSlow(2_048)
let digits = ''
let at = 0

export const randomIds: IdGenerator = {
  generateTraceId: () => draw(32),
  generateSpanId: () => draw(16),
}

function draw(count: number): string {
  if (at + count > digits.length) {
    digits = randomFillSync(page).toString('hex')
    at = 0
  }
  at += count
  return digits.slice(at - count, at)
}
