// Reading a JSON schema that came from outside: what is not understood is refused by the keyword's name.
import { ModelServerError } from '../errors.ts'

export type Schema = Readonly<Record<string, unknown>>

export type TypeName = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'

const typeNames: ReadonlySet<unknown> = new Set<TypeName>([
  ...(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const),
])

/** Keywords that say something to people only, and definitions, which count where they are referred to. */
const annotations = new Set([
  ...['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated'],
  ...['readOnly', 'writeOnly', '$defs', 'definitions'],
])

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The types that a schema names, one or a list of them. */
export function typesOf({ type }: Schema, path: string): TypeName[] {
  const names: unknown[] = Array.isArray(type) ? type : [type]
  if (names.length > 0 && names.every(isTypeName)) return [...new Set(names)]
  throw refused(`${path}.type`, 'is not supported here')
}

function isTypeName(name: unknown): name is TypeName {
  return typeNames.has(name)
}

export function allowOnly(schema: Schema, keywords: readonly string[], path: string): void {
  for (const keyword of Object.keys(schema)) {
    if (keywords.includes(keyword) || annotations.has(keyword)) continue
    throw refused(`${path}.${keyword}`, 'is not supported here')
  }
}

export function listOf(
  schema: Schema,
  keyword: string,
  path: string,
  longest: number,
): readonly unknown[] {
  const list = schema[keyword]
  if (Array.isArray(list) && list.length > 0 && list.length <= longest) return list
  throw refused(`${path}.${keyword}`, `must list 1 to ${longest} entries`)
}

/** Nothing, where the keyword is not there. */
export function listOfTexts(
  schema: Schema,
  keyword: string,
  path: string,
  longest: number,
): readonly string[] {
  const list = schema[keyword] ?? []
  if (Array.isArray(list) && list.length <= longest && list.every(isText)) return list
  throw refused(`${path}.${keyword}`, `must list up to ${longest} texts`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** A pair such as `minLength` and `maxLength`. */
export function countsOf(
  schema: Schema,
  lowest: string,
  highest: string,
  path: string,
  limit: number,
): { readonly least: number; readonly most: number | undefined } {
  const read = (keyword: string): number | undefined => {
    const count = schema[keyword]
    if (count === undefined) return undefined
    if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= limit) {
      return count
    }
    throw refused(`${path}.${keyword}`, `must be a whole number up to ${limit}`)
  }
  const least = read(lowest) ?? 0
  const most = read(highest)
  if (most !== undefined && least > most) throw refused(`${path}.${lowest}`, `is above ${highest}`)
  return { least, most }
}

/** Follows `#`, `#/$defs/name` or any other path within the schema. */
export function lookUp(root: Schema, reference: string): unknown {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  let found: unknown = root
  for (const part of reference.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Schema)[key]
  }
  return found
}

const maxNesting = 128

/** Whatever is written or compared by calls within calls would run out of stack. */
export function refuseNested(schema: Schema, path: string): void {
  let level: unknown[] = [schema]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxNesting) throw refused(path, `nested in more than ${maxNesting} levels`)
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
  }
}

const maxParamLength = 256

/** The names on the way to what is refused are the caller's, and as long as a caller likes. */
export function refused(path: string, message: string): ModelServerError {
  const param = path.length > maxParamLength ? `${path.slice(0, maxParamLength)}…` : path
  return new ModelServerError('unsupported_value', `${param}: ${message}`, { param })
}
