// Numbers as people read them: three digits that matter, and the unit last.

const units: readonly (readonly [limit: number, size: number, unit: string])[] = [
  [1e3, 1, 'ns'],
  [1e6, 1e3, 'µs'],
  [1e9, 1e6, 'ms'],
  [60e9, 1e9, 's'],
]

export function duration(ns: number): string {
  const size = Math.abs(ns)
  if (ns === 0) return '0'
  for (const [limit, unitNs, unit] of units) {
    // 999.96 ms must not become "1000 ms".
    if (size < limit * 0.9995) return `${threeDigits(ns / unitNs)} ${unit}`
  }
  const seconds = Math.round(size / 1e9)
  const sign = ns < 0 ? '-' : ''
  if (seconds < 3_600) return `${sign}${Math.floor(seconds / 60)} min ${pad(seconds % 60, 2)} s`
  const hours = Math.floor(seconds / 3_600)
  return `${sign}${count(hours)} h ${pad(Math.floor(seconds / 60) % 60, 2)} min`
}

function threeDigits(value: number): string {
  return Number(value.toPrecision(3)).toString()
}

/** Where something lies in its trace. */
export function offset(ns: number): string {
  return ns < 0 ? duration(ns) : `+${duration(ns)}`
}

const grouped = new Intl.NumberFormat('en-US')

export function count(value: number): string {
  return grouped.format(value)
}

export function plural(value: number, noun: string, many = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : many}`
}

export function bytes(value: number): string {
  if (value < 1e3) return `${value} B`
  if (value < 1e6) return `${threeDigits(value / 1e3)} kB`
  return `${threeDigits(value / 1e6)} MB`
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

/** Nanoseconds since 1970 as a date; times beyond what a date can hold stay numbers. */
function dateOf(unixNano: string): Date | undefined {
  const date = new Date(Number(BigInt(unixNano) / 1_000_000n))
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Time of day; for another day than `now`'s, the date comes first. */
export function clock(unixNano: string, now = new Date()): string {
  const date = dateOf(unixNano)
  if (!date) return unixNano
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part, 2))
  const text = `${time.join(':')}.${pad(date.getMilliseconds(), 3)}`
  return date.toDateString() === now.toDateString() ? text : `${day(date)} ${text}`
}

const dayNames = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric' })

function day(date: Date): string {
  return dayNames.format(date)
}

export function isoTime(unixNano: string): string {
  return dateOf(unixNano)?.toISOString() ?? unixNano
}
