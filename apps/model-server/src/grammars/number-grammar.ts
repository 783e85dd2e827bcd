// Bounds on a number → GBNF, digit by digit. The grammar may admit less than the bounds do, never more.
import { anyOf } from './gbnf.ts'
import { refused, type Schema } from './schema.ts'

export const numberKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']

export function numberExpression(schema: Schema, kind: NumberKind, path: string): string {
  const read = (keyword: string, inclusive: boolean): Bound[] => {
    const value = schema[keyword]
    if (value === undefined) return []
    if (typeof value === 'number' && Number.isFinite(value)) return [{ value, inclusive }]
    throw refused(`${path}.${keyword}`, 'must be a number')
  }
  const lows = [...read('exclusiveMinimum', false), ...read('minimum', true)]
  const highs = [...read('exclusiveMaximum', false), ...read('maximum', true)]
  // Of two with the same value, the one that excludes it comes first and stays.
  const [low] = lows.sort((one, other) => other.value - one.value)
  const [high] = highs.sort((one, other) => one.value - other.value)
  const expression = numberGrammar(low, high, kind)
  if (expression !== undefined) return expression
  const bound = Object.keys(schema).find((keyword) => /imum$/i.test(keyword))
  throw refused(`${path}.${bound}`, 'leaves too little room for a number to be held to it')
}

export type NumberKind = 'integer' | 'number'

export interface Bound {
  readonly value: number
  /** Whether the bound itself is allowed. */
  readonly inclusive: boolean
}

/** As many digits as a JavaScript number holds exactly. */
const largest = 999_999_999_999_999

const fraction = '("." [0-9]{1,6})?'
const fractionAboveZero = '"." [0-9]{0,5} [1-9]'

/** Undefined when no number, or none that is written easily, lies between the bounds. */
export function numberGrammar(
  low: Bound | undefined,
  high: Bound | undefined,
  kind: NumberKind,
): string | undefined {
  const from = exact(low ?? { value: -largest, inclusive: true }, 1)
  const to = exact(high ?? { value: largest, inclusive: true }, -1)
  const positive = magnitudes(from.value < 0 ? zero : from, to, kind)
  const negative = magnitudes(to.value >= 0 ? aboveZero : negate(to), negate(from), kind)
  const expressions = [...positive, ...negative.map((magnitude) => `"-" ${magnitude}`)]
  return expressions.length === 0 ? undefined : anyOf(expressions)
}

const zero: Bound = { value: 0, inclusive: true }
const aboveZero: Bound = { value: 0, inclusive: false }

/** Beyond a billion a fraction may be rounded onto the bound: one that is not allowed is moved inward. */
function exact({ value, inclusive }: Bound, inward: 1 | -1): Bound {
  if (Math.abs(value) > largest) return { value: Math.sign(value) * largest, inclusive: true }
  if (Math.abs(value) < 1e9 || inclusive) return { value, inclusive }
  return { value: value + inward, inclusive: true }
}

function negate({ value, inclusive }: Bound): Bound {
  return { value: -value, inclusive }
}

/** Numbers without a sign. Both bounds are whole from here on: what lies between one and its fraction is left out. */
function magnitudes(low: Bound, high: Bound, kind: NumberKind): string[] {
  const first = Number.isInteger(low.value) && !low.inclusive ? low.value + 1 : Math.ceil(low.value)
  const last =
    Number.isInteger(high.value) && !high.inclusive ? high.value - 1 : Math.floor(high.value)
  if (kind === 'integer') return wholeNumbers(first, last)
  const lastWithFraction = Number.isInteger(high.value) ? high.value - 1 : last - 1
  return [
    ...(first === low.value + 1 && low.value <= lastWithFraction
      ? [`"${low.value}" ${fractionAboveZero}`]
      : []),
    ...wholeNumbers(first, lastWithFraction).map((whole) => `${whole} ${fraction}`),
    ...(last > lastWithFraction ? wholeNumbers(Math.max(first, last), last) : []),
  ]
}

/** Without leading zeros. */
function wholeNumbers(low: number, high: number): string[] {
  if (low > high) return []
  if (low <= 0) return ['"0"', ...wholeNumbers(1, high)]
  let shortest = String(low).length
  let longest = String(high).length
  if (shortest === longest) return [sameLength(String(low), String(high))]
  const expressions: string[] = []
  if (low > 10 ** (shortest - 1)) {
    expressions.push(sameLength(String(low), '9'.repeat(shortest)))
    shortest += 1
  }
  if (high < 10 ** longest - 1) {
    expressions.push(sameLength(`1${'0'.repeat(longest - 1)}`, String(high)))
    longest -= 1
  }
  if (shortest <= longest) expressions.push(`[1-9] [0-9]{${shortest - 1},${longest - 1}}`)
  return expressions
}

/** Strings of digits from one to another, both of the same length. */
function sameLength(low: string, high: string): string {
  const rest = low.length - 1
  let first = Number(low[0])
  let last = Number(high[0])
  if (rest === 0) return `[${first}-${last}]`
  if (first === last) return `"${first}" ${sameLength(low.slice(1), high.slice(1))}`
  const expressions: string[] = []
  if (/[1-9]/.test(low.slice(1))) {
    expressions.push(`"${first}" ${sameLength(low.slice(1), '9'.repeat(rest))}`)
    first += 1
  }
  if (/[0-8]/.test(high.slice(1))) {
    expressions.push(`"${last}" ${sameLength('0'.repeat(rest), high.slice(1))}`)
    last -= 1
  }
  if (first <= last) expressions.push(`[${first}-${last}] [0-9]{${rest}}`)
  return anyOf(expressions)
}
