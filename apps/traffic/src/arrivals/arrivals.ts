// When shoppers come: independently of each other, more at noon than at night. A Poisson process, thinned to the hour.
import type { Random } from '../random.ts'
import { busiest, busyness } from './rhythm.ts'

export interface ArrivalsOptions {
  /** Shoppers a second, averaged over a day. */
  readonly rate: number
  readonly daySeconds: number
  readonly random: Random
}

/** The first shoppers meet an open shop. */
const openingHour = 9 / 24

/** Seconds from the start, ascending, without end. Nothing but the seed decides them. */
export function* arrivals({ rate, daySeconds, random }: ArrivalsOptions): Generator<number> {
  let seconds = 0
  for (;;) {
    seconds -= Math.log(1 - random.next()) / (rate * busiest)
    const isOpen = random.chance(busyness(openingHour + seconds / daySeconds) / busiest)
    if (isOpen) yield seconds
  }
}
