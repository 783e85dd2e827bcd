import type { Sample } from '../../results.ts'

/** What is compared, each measured once a round, in an order that is drawn. */
export interface Part<Variant extends string = string> {
  readonly variants: readonly Variant[]
  measure(variant: Variant): Promise<Sample>
}
