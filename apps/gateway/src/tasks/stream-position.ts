// Positions in a Redis stream: `milliseconds-sequence`, both up to 64 bits, compared as numbers.

const maxUint64 = 2n ** 64n - 1n

export const beforeFirst = '0-0'

/** Of the end that we tell on core's word when the stream itself does not hold it. */
export const afterLast = `${maxUint64}-${maxUint64}`

/** Strict: one bad position in a read of many streams would fail it for all of them. */
export function isStreamPosition(value: string): boolean {
  const match = /^(\d{1,20})-(\d{1,20})$/.exec(value)
  return match?.slice(1).every((part) => BigInt(part) <= maxUint64) ?? false
}

export function comparePositions(a: string, b: string): number {
  const [aTime, aSequence] = parts(a)
  const [bTime, bSequence] = parts(b)
  return Math.sign(Number(aTime - bTime || aSequence - bSequence))
}

function parts(position: string): [bigint, bigint] {
  const [time = '0', sequence = '0'] = position.split('-')
  return [BigInt(time), BigInt(sequence)]
}
