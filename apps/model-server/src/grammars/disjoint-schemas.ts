// Whether no value fits two of these schemas, as far as their types, constants and a telling property show it.
import { isSchema, lookUp, type Schema } from './schema.ts'

/** How far references are followed and properties looked into. */
const maxSteps = 8

export function areDisjoint(schemas: readonly unknown[], root: Schema): boolean {
  return schemas.every((schema, index) =>
    schemas.slice(0, index).every((other) => exclude(schema, other, root, maxSteps)),
  )
}

function exclude(left: unknown, right: unknown, root: Schema, steps: number): boolean {
  const one = resolve(left, root)
  const other = resolve(right, root)
  if (one === undefined || other === undefined || steps === 0) return false
  const kinds = kindsOf(one)
  if (kinds.length > 0 && kindsOf(other).length > 0 && !overlap(kinds, kindsOf(other))) return true
  const values = valuesOf(one)
  const otherValues = valuesOf(other)
  if (values !== undefined && otherValues !== undefined) return !overlap(values, otherValues)
  return requiredBy(one)
    .filter((name) => requiredBy(other).includes(name))
    .some((name) => exclude(propertyOf(one, name), propertyOf(other, name), root, steps - 1))
}

function resolve(schema: unknown, root: Schema): Schema | undefined {
  let found = schema
  for (let step = 0; step < maxSteps; step++) {
    if (!isSchema(found)) return undefined
    if (typeof found.$ref !== 'string') return found
    found = lookUp(root, found.$ref)
  }
  return undefined
}

/** None: it may be anything. */
function kindsOf(schema: Schema): readonly unknown[] {
  const values = valuesOf(schema)
  const kinds = values?.map((value) => kindOf(JSON.parse(value))) ?? [schema.type ?? []].flat()
  return kinds.map((kind) => (kind === 'integer' ? 'number' : kind))
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function valuesOf(schema: Schema): readonly string[] | undefined {
  if (schema.const !== undefined) return [JSON.stringify(schema.const)]
  if (!Array.isArray(schema.enum)) return undefined
  return schema.enum.map((value) => JSON.stringify(value))
}

function requiredBy({ type, required }: Schema): readonly unknown[] {
  return type === 'object' && Array.isArray(required) ? required : []
}

function propertyOf({ properties }: Schema, name: unknown): unknown {
  if (typeof name !== 'string' || !isSchema(properties)) return undefined
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}

function overlap(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.some((value) => right.includes(value))
}
