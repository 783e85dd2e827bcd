// Which attributes there are, and which of them a group has: its own, those it refers to, and those it inherits.
import type { AttributeDefinition, AttributeReference } from './file-format.ts'
import type { PlacedGroup } from './read-groups.ts'
import type { Attribute, AttributeUse } from './registry.ts'

export interface ResolvedAttributes {
  /** Those of the `registry.*` groups, by name. */
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly usesOf: (placed: PlacedGroup) => ReadonlyMap<string, AttributeUse>
}

/** Attributes that another group defines, such as the fields of a log record, are its own and its heirs'. */
const isShared = ({ group }: PlacedGroup) => group.id.startsWith('registry.')

export function resolveAttributes(
  groups: readonly PlacedGroup[],
  problems: string[],
): ResolvedAttributes {
  const attributes = new Map<string, Attribute>()
  for (const { group, place } of groups.filter(isShared)) {
    for (const [index, each] of group.attributes.entries()) {
      const at = place(['attributes', index])
      if ('ref' in each) problems.push(`${at}: ${group.id} defines attributes, it refers to none`)
      else if (attributes.has(each.id)) problems.push(`${at}: ${each.id} is defined twice`)
      else attributes.set(each.id, toAttribute(each))
    }
  }

  const byId = new Map(groups.map((placed) => [placed.group.id, placed]))
  const resolved = new Map<string, ReadonlyMap<string, AttributeUse>>()

  const usesOf = (placed: PlacedGroup): ReadonlyMap<string, AttributeUse> => {
    const { group, place } = placed
    const known = resolved.get(group.id)
    if (known) return known
    const uses = new Map<string, AttributeUse>()
    // Known before its heirs ask, so that two groups that extend each other end here.
    resolved.set(group.id, uses)

    const parent = group.extends === undefined ? undefined : byId.get(group.extends)
    if (parent) for (const [name, use] of usesOf(parent)) uses.set(name, use)
    else if (group.extends) problems.push(`${place(['extends'])}: no group ${group.extends}`)

    for (const [index, each] of group.attributes.entries()) {
      const attribute = 'ref' in each ? attributes.get(each.ref) : toAttribute(each)
      if (attribute) uses.set(attribute.name, { attribute, ...toUse(each, attribute) })
      else problems.push(`${place(['attributes', index])}: no attribute ${nameOf(each)}`)
    }
    return uses
  }
  return { attributes, usesOf }
}

function nameOf(each: AttributeDefinition | AttributeReference): string {
  return 'ref' in each ? each.ref : each.id
}

function toAttribute(definition: AttributeDefinition): Attribute {
  const { id: name, type, brief, note, examples, stability, annotations } = definition
  const rest = { brief, note, examples, stability, library: annotations?.library }
  if (typeof type === 'string') return { name, type, ...rest }
  const values = type.members.map(({ value }) => value)
  return { name, type: typeof values[0] === 'number' ? 'int' : 'string', values, ...rest }
}

function toUse(
  { requirement_level: level = 'recommended', ...each }: AttributeDefinition | AttributeReference,
  attribute: Attribute,
): Omit<AttributeUse, 'attribute'> {
  const here = 'ref' in each ? each.annotations : undefined
  const known = { values: here?.values ?? attribute.values, asFewAs: here?.as_few_as }
  if (typeof level === 'string') return { level, ...known }
  return { level: 'conditionally_required', condition: level.conditionally_required, ...known }
}
