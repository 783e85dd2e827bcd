// Where in a schema its grammar is being written, and what has been written before.
import type { Comparison } from './compare-schemas.ts'
import type { Schema } from './schema.ts'

export interface Grammar {
  readonly schema: Schema
  readonly rules: string[]
  readonly references: Map<string, Reference>
  readonly choices: Choice[]
  readonly comparison: Comparison
  /** The expression for whatever stands at a place. */
  readonly write: (schema: unknown, place: Place) => string
}

/** What a `$ref` stands for. */
export interface Reference {
  readonly rule: string
  /** The references that it may begin with. */
  readonly begins: Set<Reference>
  readonly uses: Use[]
}

/** Where a reference stands: in which rule, and in how many ways what came before may have been read there. */
export interface Use {
  readonly within: Reference | undefined
  readonly ways: number
  readonly path: string
}

/** One of several schemas has to fit. */
export interface Choice {
  readonly keyword: 'anyOf' | 'oneOf'
  readonly branches: readonly unknown[]
  readonly path: string
}

export interface Place {
  readonly grammar: Grammar
  /** In the request, to name what is refused. */
  readonly path: string
  readonly depth: number
  /** In how many ways what came before may have been read, since the rule began. */
  readonly ways: number
  /** The reference whose rule this is part of; none in the root. */
  readonly within?: Reference | undefined
  /** The reference whose first character is written here. */
  readonly beginning?: Reference
}

export function inside({ grammar, path, depth, ways, within }: Place, step: string): Place {
  return { grammar, path: `${path}.${step}`, depth: depth + 1, ways, within }
}

/** Gives the expression a name. */
export function addRule({ rules }: Grammar, expression: string): string {
  const rule = `part-${rules.length}`
  rules.push(`${rule} ::= ${expression}\n`)
  return rule
}
