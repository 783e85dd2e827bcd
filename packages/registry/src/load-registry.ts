// The files of a folder as one registry: references resolved, contradictions refused, all problems told at once.
import { join } from 'node:path'
import type { Group, GroupOf } from './file-format.ts'
import { findContradictions } from './find-contradictions.ts'
import { type PlacedGroup, RegistryError, readGroups } from './read-groups.ts'
import type { Registry, Signal, Span } from './registry.ts'
import { type ResolvedAttributes, resolveAttributes } from './resolve-attributes.ts'

export const signalsFolder = join(import.meta.dirname, '../signals')

type Placed<Type extends Group['type']> = PlacedGroup & { readonly group: GroupOf<Type> }

export function loadRegistry(folder = signalsFolder): Registry {
  const groups = readGroups(folder)
  const problems: string[] = []
  const registry = build(groups, resolveAttributes(groups, problems), problems)
  problems.push(...findContradictions(registry))
  if (problems.length > 0) throw new RegistryError(problems)
  return registry
}

function build(
  groups: readonly PlacedGroup[],
  { attributes, usesOf }: ResolvedAttributes,
  problems: string[],
): Registry {
  const signal = (placed: Placed<'span' | 'metric' | 'event'>): Signal => {
    const { id, brief, note, stability, annotations } = placed.group
    const { emitters, library, unseen } = annotations
    const { area } = placed
    const declared = { attributes: usesOf(placed), area, declaredAt: placed.place() }
    return { id, brief, note, stability, emitters, library, unseen, ...declared }
  }
  const byKey = <S extends Signal>(signals: readonly S[], key: (one: S) => string) => {
    const found = new Map<string, S>()
    for (const one of signals) {
      const first = found.get(key(one))
      if (first) problems.push(`${one.declaredAt}: ${key(one)} is at ${first.declaredAt} already`)
      else found.set(key(one), one)
    }
    return found
  }

  const events = ofType(groups, 'event').map((placed) => {
    const { name, annotations } = placed.group
    return { ...signal(placed), name, annotations }
  })
  const carriedBy = (carrier: 'span' | 'event') =>
    events
      .filter(({ annotations }) => annotations.carrier === carrier)
      .map(({ annotations: _, ...event }) => event)
  const spanEvents = carriedBy('span')
  const eventNames = new Map(spanEvents.map(({ id, name }) => [id, name]))

  const toSpan = (placed: Placed<'span'>): Span => {
    const { span_kind: kind, annotations } = placed.group
    const { names, query } = annotations
    const placeholders = new Map(Object.entries(annotations.placeholders))
    const carried = placed.group.events.flatMap((id, index) => {
      const name = eventNames.get(id)
      if (!name) problems.push(`${placed.place(['events', index])}: no event of spans has id ${id}`)
      return name ?? []
    })
    return { ...signal(placed), kind, names, placeholders, events: carried, query }
  }

  const metrics = ofType(groups, 'metric').map((placed) => {
    const { metric_name: name, instrument, unit, annotations } = placed.group
    const { buckets, max_series: maxSeries, query } = annotations
    return { ...signal(placed), name, instrument, unit, buckets, maxSeries, query }
  })
  return {
    attributes,
    entities: ofType(groups, 'entity').map((placed) => {
      const { name, brief } = placed.group
      return { name, brief, attributes: usesOf(placed) }
    }),
    spans: ofType(groups, 'span').map(toSpan),
    metrics: byKey(metrics, ({ name }) => name),
    spanEvents: byKey(spanEvents, ({ name }) => name),
    namedEvents: byKey(carriedBy('event'), ({ name }) => name),
    logs: byKey(
      events.flatMap(({ name: message, annotations, ...common }) => {
        if (annotations.carrier !== 'log') return []
        const placeholders = new Map(Object.entries(annotations.placeholders))
        return { ...common, message, placeholders, severities: annotations.severities }
      }),
      ({ message }) => message,
    ),
  }
}

function ofType<Type extends Group['type']>(
  groups: readonly PlacedGroup[],
  type: Type,
): Placed<Type>[] {
  return groups.filter((each): each is Placed<Type> => each.group.type === type)
}
