// SQL as telemetry may show it. What an app writes into a statement, where it could have passed $1, becomes `?`, and so
// are all statements that differ in nothing else one statement.

/** What is longer is cut: a bulk insert says no more in its thousandth row than in its first. */
const lengthLimit = 8_192
const knownLimit = 500
const known = new Map<string, Statement>()

interface Statement {
  readonly text: string
  readonly operation: string | undefined
}

// Words and quoted names are read too, so that a digit or an apostrophe in them begins nothing. What does not end, because
// it was cut, reaches to the end.
const token = new RegExp(
  [
    /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<value>[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)|(?:[bnxBNX]|[uU]&)?'(?:[^']|'')*(?:'|$))/,
    /(?<body>\$(?<tag>(?:[a-zA-Z_\x80-\uffff][\w\x80-\uffff]*)?)\$[\s\S]*?(?:\$\k<tag>\$|$))/,
    /(?<name>"(?:[^"]|"")*(?:"|$)|\$\d+|[a-zA-Z_\x80-\uffff][\w$\x80-\uffff]*)/,
    /(?<number>\.?\d[\w.]*)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

export function withoutValues(sql: string): string {
  return read(sql).text
}

/** `SELECT`, whatever stands before it or follows it without a space. */
export function operationOf(sql: string): string | undefined {
  return read(sql).operation
}

function read(sql: string): Statement {
  const found = known.get(sql)
  if (found) return found
  const text = replaceValues(sql.slice(0, lengthLimit))
  const statement = { text, operation: /[a-z]+/i.exec(text)?.[0].toUpperCase() }
  if (sql.length > lengthLimit) return statement
  // Statements that hold values are new each time; those that do not come back at once.
  if (known.size >= knownLimit) known.clear()
  known.set(sql, statement)
  return statement
}

function replaceValues(sql: string): string {
  return sql.replace(token, (found, ...rest) => {
    const { comment, name } = rest.at(-1) as Record<string, string | undefined>
    if (name !== undefined) return found
    return comment === undefined ? '?' : ' '
  })
}
