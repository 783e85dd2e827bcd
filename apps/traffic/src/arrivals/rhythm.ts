// How busy the shop is over a day, as a factor of its mean.

/** Each hour from midnight: few at night, many at noon, most in the evening. */
const hours = [
  ...[0.3, 0.2, 0.15, 0.15, 0.2, 0.3, 0.5, 0.8, 1, 1.15, 1.25, 1.4],
  ...[1.6, 1.45, 1.25, 1.2, 1.3, 1.5, 1.8, 2.1, 2.2, 1.9, 1.3, 0.7],
]
const mean = hours.reduce((sum, hour) => sum + hour, 0) / hours.length

/** No hour is busier than this. */
export const busiest = Math.max(...hours) / mean

/** Averages 1 over a day; `day` counts days from midnight and may have any fraction. */
export function busyness(day: number): number {
  const position = (((day % 1) + 1) % 1) * hours.length
  const hour = Math.floor(position)
  const at = (index: number) => hours[index % hours.length] ?? 0
  const between = position - hour
  return (at(hour) * (1 - between) + at(hour + 1) * between) / mean
}
