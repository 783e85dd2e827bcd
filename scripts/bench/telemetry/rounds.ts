// One interleaved run: in each round every part measures every variant, in an order of its own.
import { shuffle } from '../shuffle.ts'
import type { Bench, Part, PartName, Sample } from './parts/part.ts'
import { type Variant, variants } from './variants.ts'

export type Samples = Record<Variant, Sample[]>

export interface RoundsOptions {
  readonly parts: ReadonlyMap<PartName, Part>
  readonly rounds: number
  readonly seed: number
  readonly onSample: (name: PartName, round: number, variant: Variant) => void
}

export async function runRounds(
  bench: Bench,
  results: Map<PartName, Samples>,
  { parts, rounds, seed, onSample }: RoundsOptions,
): Promise<void> {
  for (const [name, part] of parts) {
    bench.say(`preparing ${name}`)
    await part.prepare(bench)
    results.set(name, { off: [], ours: [], auto: [] })
  }
  for (let round = 1; round <= rounds; round++) {
    for (const [name, part] of parts) {
      for (const variant of shuffle(variants, `${seed} ${round} ${name}`)) {
        bench.say(`round ${round} of ${rounds}: ${name}, ${variant}`)
        results.get(name)?.[variant].push(await part.measure(bench, variant))
        onSample(name, round, variant)
      }
    }
  }
}
