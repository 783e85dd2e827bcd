import { commaList, literal, members } from './gbnf.ts'
import { addRule, inside, type Place } from './place.ts'
import { allowOnly, isSchema, listOfTexts, refused, type Schema } from './schema.ts'
import { stringExpression, stringKeywords } from './string-grammar.ts'

const maxProperties = 64

export const objectKeywords = ['properties', 'required', 'additionalProperties', 'propertyNames']

export function objectExpression(schema: Schema, place: Place): string {
  const { path, grammar } = place
  const required = listOfTexts(schema, 'required', path, maxProperties)
  if (schema.properties === undefined) return recordExpression(schema, required, place)
  const { properties } = schema
  if (!isSchema(properties)) throw refused(`${path}.properties`, 'must be an object')
  if (schema.propertyNames !== undefined) {
    throw refused(`${path}.propertyNames`, "is not supported beside 'properties'")
  }
  const names = Object.keys(properties)
  if (names.length > maxProperties) throw refused(`${path}.properties`, 'holds too many')
  if (!required.every((name) => Object.hasOwn(properties, name))) {
    throw refused(`${path}.required`, "lists what is not in 'properties'")
  }
  const list = names.map((name) => {
    const value = grammar.write(properties[name], inside(place, `properties.${name}`))
    const expression = `${literal(`${JSON.stringify(name)}:`)} ${value}`
    return { expression, required: required.includes(name) }
  })
  return `"{" ${members(list, (expression) => addRule(grammar, expression))} "}"`
}

/** Any keys, with values of one kind. */
function recordExpression(schema: Schema, required: readonly string[], place: Place): string {
  const { path, grammar } = place
  const { additionalProperties = true, propertyNames = true } = schema
  if (required.length > 0) throw refused(`${path}.required`, "needs 'properties'")
  if (additionalProperties === false) return '"{}"'
  const key = isSchema(propertyNames) ? keyExpression(propertyNames, path) : 'string'
  const value = grammar.write(additionalProperties, inside(place, 'additionalProperties'))
  const pair = addRule(grammar, `${key} ":" ${value}`)
  return `"{" ${commaList(pair, 0, undefined)} "}"`
}

function keyExpression(schema: Schema, path: string): string {
  const place = `${path}.propertyNames`
  allowOnly(schema, ['type', ...stringKeywords], place)
  return stringExpression(schema, place)
}
