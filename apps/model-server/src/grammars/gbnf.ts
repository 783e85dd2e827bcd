// The notation of llama.cpp's grammars, and any JSON in it.

/** Any JSON, compact, and its parts. A string or a list may be long: the limit on tokens ends it. An escape counts as the
 * one character that it stands for. */
export const jsonRules = `value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" (pair ("," pair)*)? "}"
pair ::= string ":" value
array ::= "[" (value ("," value)*)? "]"
string ::= "\\"" character* "\\""
character ::= [^"\\\\\\x00-\\x1F] | "\\\\" ["\\\\/bfnrt]
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

export function times(least: number, most: number | undefined): string {
  return `{${least},${most ?? ''}}`
}

/** So many items with commas between them. The engine refuses to repeat what is long: an item should be a rule's name. */
export function commaList(item: string, least: number, most: number | undefined): string {
  if (most === 0) return ''
  const following = times(Math.max(0, least - 1), most === undefined ? undefined : most - 1)
  const list = `${item} ("," ${item})${following}`
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
