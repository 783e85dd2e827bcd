// Whether no value fits two of these schemas, as far as their types, constants and a telling property show it. For schemas
// that are known to be within the limits of a grammar.
import { isSchema, lookUp, type Schema } from './schema.ts'

export interface Comparison {
  /** False also when it would take too long to find out. */
  readonly areDisjoint: (schemas: readonly unknown[]) => boolean
}

/** How far references are followed and properties looked into. */
const maxSteps = 8
/** Of one root, all together. */
const maxPairs = 4_000

export function compareSchemas(root: Schema): Comparison {
  // Schemas that refer to each other come back to the same pairs by ever more ways.
  const verdicts = new Map<Schema, Map<Schema, boolean>>()
  let pairs = 0

  const exclude = (left: unknown, right: unknown, steps: number): boolean => {
    const one = resolve(left, root)
    const other = resolve(right, root)
    if (one === undefined || other === undefined || steps === 0) return false
    const known = verdicts.get(one) ?? new Map<Schema, boolean>()
    const verdict = known.get(other)
    if (verdict !== undefined) return verdict
    pairs += 1
    if (pairs > maxPairs) return false
    // Whoever comes by here again, below, learns nothing from it.
    verdicts.set(one, known.set(other, false))
    const found = excludeByType(one, other) ?? excludeByProperty(one, other, steps)
    known.set(other, found)
    return found
  }
  const excludeByProperty = (one: Schema, other: Schema, steps: number): boolean => {
    const otherNames = new Set(requiredBy(other))
    return requiredBy(one)
      .filter((name) => otherNames.has(name))
      .some((name) => exclude(propertyOf(one, name), propertyOf(other, name), steps - 1))
  }
  return {
    areDisjoint: (schemas) =>
      schemas.every((schema, index) =>
        schemas.slice(0, index).every((other) => exclude(schema, other, maxSteps)),
      ),
  }
}

/** Undefined when types and constants do not decide. */
function excludeByType(one: Schema, other: Schema): boolean | undefined {
  const kinds = kindsOf(one)
  const otherKinds = kindsOf(other)
  if (kinds.length > 0 && otherKinds.length > 0 && !overlap(kinds, otherKinds)) return true
  const values = valuesOf(one)
  const otherValues = valuesOf(other)
  if (!values?.every(isScalar) || !otherValues?.every(isScalar)) return undefined
  return !overlap(values, otherValues)
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
  const kinds = valuesOf(schema)?.map(kindOf) ?? [schema.type ?? []].flat()
  return kinds.map((kind) => (kind === 'integer' ? 'number' : kind))
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function valuesOf(schema: Schema): readonly unknown[] | undefined {
  if (schema.const !== undefined) return [schema.const]
  return Array.isArray(schema.enum) ? schema.enum : undefined
}

/** Objects may be equal with their keys in another order. */
function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function requiredBy({ type, required }: Schema): readonly unknown[] {
  return type === 'object' && Array.isArray(required) ? required : []
}

function propertyOf({ properties }: Schema, name: unknown): unknown {
  if (typeof name !== 'string' || !isSchema(properties)) return undefined
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}

function overlap(left: readonly unknown[], right: readonly unknown[]): boolean {
  const others = new Set(right)
  return left.some((value) => others.has(value))
}
