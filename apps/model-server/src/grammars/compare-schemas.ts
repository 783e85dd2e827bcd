// What tells schemas apart, as far as their types, constants and a telling property show it.
import { isSchema, lookUp, type Schema } from './schema.ts'

export interface Comparison {
  /** Whether no value fits two of them; false also when it would take too long to find out. For schemas that are known to
   * be within the limits of a grammar. */
  readonly areDisjoint: (schemas: readonly unknown[]) => boolean
  /** Whether a value shows in its first member, at the latest, for which of the two it is meant. */
  readonly divergeEarly: (one: unknown, other: unknown) => boolean
  /** With those of choices that stand in the place of a branch; undefined when they are too many. */
  readonly leavesOf: (branches: readonly unknown[]) => readonly unknown[] | undefined
}

/** How far references are followed and properties looked into. */
const maxSteps = 8
/** Each is one more way to read what has been written, which the engine follows for every token it might write. */
export const maxLeaves = 16
/** What lists more will be refused. */
const maxListed = 128
/** Of one root, all together. */
const maxPairs = 4_000

export function compareSchemas(root: Schema): Comparison {
  // Schemas that refer to each other come back to the same pairs by ever more ways.
  const verdicts = new Map<Schema, Map<Schema, boolean>>()
  let pairs = 0
  const firsts = new Map<Schema, FirstMember | undefined>()

  const resolve = (schema: unknown): Schema | undefined => {
    let found = schema
    for (let step = 0; step < maxSteps; step++) {
      if (!isSchema(found)) return undefined
      if (typeof found.$ref !== 'string') return found
      found = lookUp(root, found.$ref)
    }
    return undefined
  }
  const firstOf = (schema: Schema): FirstMember | undefined => {
    if (!firsts.has(schema)) firsts.set(schema, firstMember(schema))
    return firsts.get(schema)
  }
  const leavesOf = (branches: readonly unknown[]): unknown[] | undefined => {
    const found = [...branches]
    const leaves: unknown[] = []
    for (const branch of found) {
      const schema = resolve(branch)
      const nested = schema?.anyOf ?? schema?.oneOf
      if (!Array.isArray(nested)) leaves.push(branch)
      else if (nested.length <= maxLeaves) found.push(...nested)
      if (leaves.length > maxLeaves || found.length > 2 * maxLeaves) return undefined
    }
    return leaves
  }
  const leafDiverges = (left: unknown, right: unknown): boolean => {
    const one = resolve(left)
    const other = resolve(right)
    if (one === undefined || other === undefined) return false
    if (excludeByType(one, other) === true) return true
    const first = firstOf(one)
    const otherFirst = firstOf(other)
    if (first === undefined || otherFirst === undefined) return false
    if (first.name !== otherFirst.name) return true
    const value = resolve(first.schema)
    const otherValue = resolve(otherFirst.schema)
    if (value === undefined || otherValue === undefined) return false
    return excludeByType(value, otherValue) === true
  }
  const divergeEarly = (left: unknown, right: unknown): boolean => {
    const others = leavesOf([right])
    return (
      others !== undefined &&
      leavesOf([left])?.every((leaf) => others.every((other) => leafDiverges(leaf, other))) === true
    )
  }

  const exclude = (left: unknown, right: unknown, steps: number): boolean => {
    const one = resolve(left)
    const other = resolve(right)
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
    divergeEarly,
    leavesOf,
  }
}

interface FirstMember {
  readonly name: string
  readonly schema: unknown
}

/** With what an object begins, if that is always the same. */
function firstMember(schema: Schema): FirstMember | undefined {
  const { properties } = schema
  if (!isSchema(properties)) return undefined
  const [name] = Object.keys(properties)
  if (name === undefined || !requiredBy(schema).includes(name)) return undefined
  return { name, schema: properties[name] }
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

/** None: it may be anything. */
function kindsOf(schema: Schema): readonly unknown[] {
  const named: unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type ?? []].flat()
  const kinds = valuesOf(schema)?.map(kindOf) ?? named.slice(0, maxListed)
  return kinds.map((kind) => (kind === 'integer' ? 'number' : kind))
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function valuesOf(schema: Schema): readonly unknown[] | undefined {
  if (schema.const !== undefined) return [schema.const]
  return Array.isArray(schema.enum) && schema.enum.length <= maxListed ? schema.enum : undefined
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
