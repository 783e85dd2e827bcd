// `packages/telemetry/src/names.ts`: the names that our own code writes.
import type { Attribute, Registry } from '../registry.ts'
import { comment, constantName, generatedFrom, quoted } from './typescript.ts'

interface Constant {
  readonly name: string
  readonly brief: string
}

export function makeNames(registry: Registry): string {
  const { attributes, spans, spanEvents } = registry
  const own = [...attributes.values()].filter(({ library }) => library === undefined)
  const constantSpans = spans
    .filter(({ library, names: [name = ''] }) => library === undefined && /^[a-z ]+$/.test(name))
    .map(({ names: [name = ''], brief }) => ({ name, brief }))
  const ownEvents = [...spanEvents.values()].filter(({ id }) => id.includes('.throughline.'))
  return [
    generatedFrom,
    '// Whatever is not in the stable semantic conventions is there before it is used here.',
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
    '/** Semantic conventions and names of libraries that the package of conventions does not have for good. */',
    ...constants('conventions', conventionsOf(registry)),
    '',
  ].join('\n')
}

function isLabel({ name }: Attribute): boolean {
  return !name.includes('.')
}

/** What our own code writes of them. The package has the stable ones, and changes the others in minor releases. */
function conventionsOf({ attributes, spans, metrics, namedEvents }: Registry): Attribute[] {
  const signals = [...spans, ...metrics.values(), ...namedEvents.values()]
  const own = signals.filter(({ library }) => library === undefined)
  const used = new Set(own.flatMap((signal) => [...signal.attributes.keys()]))
  return [...attributes.values()].filter(
    ({ name, stability }) =>
      used.has(name) && stability !== 'stable' && /^(?!throughline\.).*\./.test(name),
  )
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
