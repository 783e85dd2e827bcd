// The attributes of a span, event, point or record against those that are declared for it.
import type { AttributeUse, Registry } from '../registry.ts'
import type { Problem } from './findings.ts'
import { fits, type TypedValue } from './typed-value.ts'

export type Uses = ReadonlyMap<string, AttributeUse>
type Values = ReadonlyMap<string, TypedValue>

/** `declared` is absent when nobody has declared the signal itself: then any declared attribute may be on it. */
export function* checkAttributes(
  values: Values,
  declared: Uses | undefined,
  registry: Registry,
): Generator<Problem> {
  for (const [name, value] of values) {
    const use = declared?.get(name)
    const attribute = use?.attribute ?? registry.attributes.get(name)
    if (attribute === undefined) yield undeclared(name, value)
    else {
      if (declared && !use) yield notHere(name, value)
      yield* checkValue(value, use ?? { attribute, level: 'recommended', values: attribute.values })
    }
  }
  for (const [name, { level }] of declared ?? []) {
    if (level === 'required' && !values.has(name)) yield lacking(name)
  }
}

function* checkValue(value: TypedValue, { attribute, values }: AttributeUse): Generator<Problem> {
  const { name, type } = attribute
  const example = show(value.value)
  if (!fits(value, type)) {
    yield {
      kind: 'wrong type',
      problem: `${name} is ${value.type}, and declared as ${type}`,
      advice: `send ${type}, or correct the type of ${name} in the registry`,
      example,
    }
    return
  }
  const items = Array.isArray(value.value) ? value.value : [value.value]
  const stranger = values && items.find((item) => !values.includes(item))
  if (stranger !== undefined) {
    yield {
      kind: 'wrong value',
      problem: `${name} has a value outside its closed set: ${values?.join(', ')}`,
      advice: 'send one of the set, or add the value to it in the registry',
      example: show(stranger),
    }
  }
}

function undeclared(name: string, value: TypedValue): Problem {
  return {
    kind: 'undeclared',
    problem: `attribute ${name} is not declared`,
    advice: 'take it away, or declare it in packages/registry/signals',
    example: show(value.value),
  }
}

function notHere(name: string, value: TypedValue): Problem {
  return {
    kind: 'undeclared',
    problem: `attribute ${name} is declared, but not here`,
    advice: 'take it away, or refer to it where this signal is declared',
    example: show(value.value),
  }
}

function lacking(name: string): Problem {
  return {
    kind: 'lacking',
    problem: `attribute ${name} is required, and not there`,
    advice: 'set it, or declare it as recommended',
  }
}

export function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
}
