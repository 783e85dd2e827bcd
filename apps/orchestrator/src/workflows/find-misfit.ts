// Whether every value of one JSON Schema is a value of another. Errs on the side of refusing: what it cannot compare
// must be equal. Knows the part of JSON Schema that zod writes.
import { z } from 'zod'

export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly not?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly items?: boolean | JsonSchema
  readonly maxItems?: number
  readonly [keyword: string]: unknown
}

/** Where `from` can be what `to` cannot, and how; nothing when it always fits. */
export function findMisfit(from: JsonSchema, to: JsonSchema, at = ''): string | undefined {
  const cases = alternatives(from)
  if (cases) return first(cases, (one) => findMisfit(one, to, at))
  if (to.allOf) return first(to.allOf, (one) => findMisfit(from, one, at))
  const choices = alternatives(to) ?? []
  if (choices.some((one) => findMisfit(from, one, at) === undefined)) return undefined
  if (from.allOf?.some((one) => findMisfit(one, to, at) === undefined)) return undefined
  // Nothing is a value of `from`, or everything is one of `to`.
  if (from.not || isAnything(to)) return undefined

  const values = from.enum ?? ('const' in from ? [from.const] : undefined)
  if (values) {
    const accepted = z.fromJSONSchema(to as Parameters<typeof z.fromJSONSchema>[0])
    return values.every((value) => accepted.safeParse(value).success)
      ? undefined
      : misfit(from, to, at)
  }
  const sameType = from.type === to.type || (from.type === 'integer' && to.type === 'number')
  if (!sameType || choices.length > 0 || to.enum || 'const' in to || to.not) {
    return misfit(from, to, at)
  }
  return (
    first(Object.keys(to), (keyword) => findLooseLimit(from, to, keyword, at)) ??
    (to.type === 'object' ? findMisfitInObject(from, to, at) : undefined) ??
    (to.type === 'array' ? findMisfitInArray(from, to, at) : undefined)
  )
}

const structure = ['type', 'properties', 'required', 'additionalProperties', 'propertyNames']
const annotations = ['$schema', 'default', 'description', 'title', 'examples', 'readOnly', 'id']
const compared = new Set([...structure, 'items', 'prefixItems', ...annotations])

function findLooseLimit(from: JsonSchema, to: JsonSchema, keyword: string, at: string) {
  const limit = to[keyword]
  const number = (name: string) => (typeof from[name] === 'number' ? from[name] : Number.NaN)
  const holds = (): boolean => {
    switch (keyword) {
      case 'minimum':
        return number('minimum') >= Number(limit) || number('exclusiveMinimum') >= Number(limit)
      case 'exclusiveMinimum':
        return number('minimum') > Number(limit) || number('exclusiveMinimum') >= Number(limit)
      case 'maximum':
        return number('maximum') <= Number(limit) || number('exclusiveMaximum') <= Number(limit)
      case 'exclusiveMaximum':
        return number('maximum') < Number(limit) || number('exclusiveMaximum') <= Number(limit)
      case 'minLength':
      case 'minItems':
        return number(keyword) >= Number(limit)
      case 'maxLength':
      case 'maxItems':
        return number(keyword) <= Number(limit)
      default:
        return compared.has(keyword) || JSON.stringify(from[keyword]) === JSON.stringify(limit)
    }
  }
  return holds()
    ? undefined
    : `${at}${keyword} ${from[keyword] ?? 'unlimited'} does not fit ${limit}`
}

function findMisfitInObject(from: JsonSchema, to: JsonSchema, at: string): string | undefined {
  const missing = to.required?.find((name) => !from.required?.includes(name))
  if (missing !== undefined) return `${at}${missing} may be missing`
  const [own, wanted] = [from.properties ?? {}, to.properties ?? {}]
  const [others, wantedOthers] = [from.additionalProperties ?? {}, to.additionalProperties ?? {}]
  if (to.propertyNames) {
    const anyName = from.propertyNames ?? { type: 'string' }
    const names = others === false ? { enum: Object.keys(own) } : anyName
    const problem = findMisfit(names, to.propertyNames, `${at}names: `)
    if (problem) return problem
  }
  const problem = first(Object.keys({ ...own, ...wanted }), (name) => {
    const [here, there] = [own[name] ?? others, wanted[name] ?? wantedOthers]
    return between(here, there, `${at}${name}`)
  })
  return problem ?? between(others, wantedOthers, `${at}other properties`)
}

/** Item by item up to the last that has a schema of its own, then all others. */
function findMisfitInArray(from: JsonSchema, to: JsonSchema, at: string): string | undefined {
  const [own, wanted] = [from.prefixItems ?? [], to.prefixItems ?? []]
  const places = Math.min(Math.max(own.length, wanted.length) + 1, from.maxItems ?? Infinity)
  return first(Array.from({ length: places }).keys(), (i) =>
    between(own[i] ?? from.items ?? {}, wanted[i] ?? to.items ?? {}, `${at}[${i}]`),
  )
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] | undefined {
  const { type } = schema
  if (typeof type === 'object') return type.map((one) => ({ ...schema, type: one }))
  return schema.anyOf ?? schema.oneOf
}

/** `false` means that there is nothing. */
function between(from: boolean | JsonSchema, to: boolean | JsonSchema, at: string) {
  if (from === false) return undefined
  if (to === false) return `${at} is not wanted`
  return findMisfit(from === true ? {} : from, to === true ? {} : to, `${at}: `)
}

function isAnything(schema: JsonSchema): boolean {
  return Object.keys(schema).every((keyword) => annotations.includes(keyword))
}

function misfit(from: JsonSchema, to: JsonSchema, at: string): string {
  return `${at}${name(from)} does not fit ${name(to)}`
}

function name(schema: JsonSchema): string {
  const values = schema.enum ?? ('const' in schema ? [schema.const] : undefined)
  const names = alternatives(schema)?.map(name) ?? values?.map((value) => JSON.stringify(value))
  return names?.join(' | ') ?? String(schema.type ?? 'anything')
}

function first<Item>(items: Iterable<Item>, find: (item: Item) => string | undefined) {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
