// A regular expression → GBNF, for the patterns that describe codes and numbers: `^[0-9]{4}$`, `^A-[a-z]+$`.

const maxRepeats = 256

/** Anchored sequences of letters, digits, simple punctuation and character classes, each maybe repeated. Else undefined. */
export function patternGrammar(pattern: string): string | undefined {
  if (pattern.length > 256) return undefined
  const body = /^\^(?<body>.*)\$$/s.exec(pattern)?.groups?.body
  if (body === undefined) return undefined
  const elements: string[] = []
  /** Characters that what may be repeated once more would take as well. */
  let open = ''
  if (!isRegularExpression(pattern)) return undefined
  let rest = body
  while (rest !== '') {
    const match = elementPattern.exec(rest)
    if (match === null) return undefined
    const { range, digit, plain, repeat = '' } = match.groups ?? {}
    const bounds = repeat.match(/\d+/g)?.map(Number) ?? []
    if (bounds.some((bound) => bound > maxRepeats)) return undefined
    // Two ways to read one character are two states for the engine to follow, and with every character more.
    const one = charactersOf(range ?? digit ?? plain ?? '')
    if ([...one].some((character) => open.includes(character))) return undefined
    open = openAfter(repeat, one, open)
    elements.push(`${range ?? (digit === undefined ? `"${plain}"` : '[0-9]')}${repeat}`)
    rest = rest.slice(match[0].length)
  }
  return elements.length === 0 ? undefined : elements.join(' ')
}

/** In classes and as plain characters, only what means the same in both languages and needs no escape in JSON. */
const elementPattern =
  /^(?:(?<range>\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_ .,:])+\])|(?<digit>\\d)|(?<plain>[A-Za-z0-9_ ,:-]))(?<repeat>\{\d{1,4}(?:,\d{0,4})?\}|[+*?])?/

function openAfter(repeat: string, one: string, open: string): string {
  const [, least, most] = /^\{(\d+)(,\d*)?\}$/.exec(repeat) ?? []
  const isFixed = repeat === '' || (least !== undefined && most === undefined)
  if (isFixed) return Number(least ?? 1) > 0 ? '' : open
  const mayBeAbsent = repeat === '*' || repeat === '?' || Number(least) === 0
  return mayBeAbsent ? open + one : one
}

const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index))

function charactersOf(element: string): string {
  const only = new RegExp(`^${element}$`, 'u')
  return [...printable].filter((character) => only.test(character)).join('')
}

/** Refuses what only looks like one: `[9-0]`, `a{2,1}`. */
function isRegularExpression(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
