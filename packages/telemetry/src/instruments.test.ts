import { expect, test } from 'vitest'
import { counter, histogram } from './instruments.ts'

const definition = {
  ...{ name: 'parcels', unit: '{parcel}', description: 'Parcels that were packed' },
  values: { size: ['small', 'large'] },
} as const

test('takes no value that a label may not have, and any for one without a closed set', () => {
  const parcels = counter(definition)
  const durations = histogram({ ...definition, buckets: [1] })
  const record = () => {
    parcels.add(1, { size: 'small', place: 'anywhere' })
    // @ts-expect-error: this is what the compiler is to refuse.
    parcels.add(1, { size: 'huge' })
    // @ts-expect-error: as above.
    durations.record(1, { size: 'huge' })
  }
  // Refusing is the compiler's part; whatever gets past it is no reason to fail.
  expect(record).not.toThrow()
})
