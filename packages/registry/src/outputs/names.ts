// `packages/telemetry/src/names.ts`: the names that our own code writes.
import type { Attribute, Registry } from '../registry.ts'
import { comment, constantName, generatedFrom, quoted } from './typescript.ts'

interface Constant {
  readonly name: string
  readonly brief: string
}

export function makeNames({ attributes, spans, spanEvents }: Registry): string {
  const own = [...attributes.values()].filter(({ library }) => library === undefined)
  const constantSpans = spans
    .filter(({ library, names: [name = ''] }) => library === undefined && /^[a-z ]+$/.test(name))
    .map(({ names: [name = ''], brief }) => ({ name, brief }))
  const ownEvents = [...spanEvents.values()].filter(({ id }) => id.includes('.throughline.'))
  return [
    generatedFrom,
    '// Our own names: whatever is not in the semantic conventions is there before it is used here.',
    '',
    '/** On spans and log records. Identifiers belong here, never in the name of a span or on a metric. */',
    ...constants(
      'attributes',
      own.filter(({ name }) => name.startsWith('throughline.')),
    ),
    '',
    '/** Verb and noun, constant. */',
    ...constants('spans', constantSpans),
    '',
    '/** On spans. */',
    ...constants('events', ownEvents),
    '',
    '/** Attributes of our metrics, each with a handful of values; an unknown tenant counts as `other`. */',
    ...constants('labels', own.filter(isLabel)),
    '',
  ].join('\n')
}

function isLabel({ name }: Attribute): boolean {
  return !name.includes('.')
}

function constants(object: string, all: readonly Constant[]): string[] {
  return [
    `export const ${object} = {`,
    ...all.flatMap(({ name, brief }) => [
      comment(brief, '  '),
      `  ${constantName(name)}: ${quoted(name)},`,
    ]),
    '} as const',
  ]
}
