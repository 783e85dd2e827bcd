// Attributes whose values need neither a copy nor a cut, which are nearly all: the SDK's rules are asked for the rest.
import type { Attributes } from '@opentelemetry/api'
import { cleanAttributes } from '@opentelemetry/core'

interface AttributeLimits {
  readonly attributeCountLimit: number
  readonly attributeValueLengthLimit: number
}

export function isPlain(
  value: unknown,
  { attributeValueLengthLimit }: AttributeLimits,
): value is string | number | boolean {
  if (typeof value === 'string') return value.length <= attributeValueLengthLimit
  return typeof value === 'number' || typeof value === 'boolean'
}

export function copyAttributes(given: Attributes = {}, limits: AttributeLimits) {
  const keys = Object.keys(given)
  const isFew = keys.length <= limits.attributeCountLimit
  if (isFew && keys.every((key) => key !== '' && isPlain(given[key], limits))) {
    return { attributes: { ...given }, count: keys.length, droppedCount: 0 }
  }
  const { attributes = {}, droppedAttributesCount = 0 } = cleanAttributes(given, limits)
  const count = Object.keys(attributes).length
  return { attributes, count, droppedCount: droppedAttributesCount }
}
