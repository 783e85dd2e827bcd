// The notation of llama.cpp's grammars, and any JSON in it.

/** One character of a string; escapes count as the one character they stand for. */
export const character = '([^"\\\\\\x00-\\x1F] | "\\\\" ["\\\\/bfnrt])'

/** Any JSON, compact. A string or a list may be long: the limit on tokens ends it. */
export const jsonRules = `value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" (pair ("," pair)*)? "}"
pair ::= string ":" value
array ::= "[" (value ("," value)*)? "]"
string ::= "\\"" ${character}* "\\""
number ::= "-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})?
`

export const jsonObjectGrammar = `root ::= object\n${jsonRules}`

/** Exactly this text. */
export function literal(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

export function anyOf(expressions: readonly string[]): string {
  return expressions.length === 1 ? `${expressions[0]}` : `(${expressions.join(' | ')})`
}

/** So many of them, one after the other; `separator` stands between two. */
export function repeated(
  expression: string,
  least: number,
  most = Infinity,
  separator = '',
): string {
  const times = (from: number, to: number) => `{${from},${to === Infinity ? '' : to}}`
  if (separator === '') return `${expression}${times(least, most)}`
  if (most === 0) return ''
  const list = `${expression} (${separator} ${expression})${times(Math.max(0, least - 1), most - 1)}`
  return least === 0 ? `(${list})?` : list
}

export interface Member {
  readonly expression: string
  readonly required: boolean
}

/** Members in their order, with a comma between any two that are there. `addRule` gives a name to what is used twice. */
export function members(list: readonly Member[], addRule: (expression: string) => string): string {
  const first = list.findIndex(({ required }) => required)
  if (first >= 0) {
    return list
      .map(({ expression, required }, index) => {
        if (index === first) return expression
        if (index < first) return `(${expression} ",")?`
        return required ? `"," ${expression}` : `("," ${expression})?`
      })
      .join(' ')
  }
  // None must be there: whichever comes first has no comma before it.
  const beginnings: string[] = []
  let rest = ''
  for (const { expression } of list.toReversed()) {
    const member = addRule(expression)
    beginnings.unshift(`${member}${rest}`)
    rest = ` ${addRule(`("," ${member})?${rest}`)}`
  }
  return beginnings.length === 0 ? '' : `${anyOf(beginnings)}?`
}
