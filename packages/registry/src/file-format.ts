// The files of a semantic-convention registry, as far as this one uses their format. What the format has no word for
// stands below `annotations`, where other tools leave it alone.
import { z } from 'zod'
import { instruments, severities, spanKinds, stabilities, valueTypes } from './registry.ts'

const stability = z.enum(stabilities)
const value = z.union([z.string(), z.number()])

const closedSet = z.strictObject({
  members: z
    .array(z.strictObject({ id: z.string(), value, brief: z.string().optional(), stability }))
    .min(1),
})

const requirementLevel = z.union(
  [
    z.enum(['required', 'recommended', 'opt_in']),
    z.strictObject({ conditionally_required: z.string() }),
  ],
  { error: 'expected required, recommended, opt_in or { conditionally_required: … }' },
)

const attributeDefinition = z.strictObject({
  id: z.string(),
  type: z.union([z.enum(valueTypes), closedSet], {
    error: `expected one of ${valueTypes.join(', ')}, or { members: […] }`,
  }),
  brief: z.string(),
  note: z.string().optional(),
  stability,
  examples: z.array(z.union([z.string(), z.number(), z.boolean()])).default([]),
  requirement_level: requirementLevel.optional(),
  /** `library`: whose own name it is, when it is neither ours nor standard. */
  annotations: z.strictObject({ library: z.string() }).optional(),
})

const attributeReference = z.strictObject({
  ref: z.string(),
  requirement_level: requirementLevel.optional(),
  /** `values`: the closed set in this place. `as_few_as`: what there is one value for, where each looks like an id. */
  annotations: z
    .strictObject({ values: z.array(value).min(1), as_few_as: z.string() })
    .partial()
    .optional(),
})

export type AttributeDefinition = z.infer<typeof attributeDefinition>
export type AttributeReference = z.infer<typeof attributeReference>

// A union of the two would answer a slip in either with the complaints of both.
const attribute = z.record(z.string(), z.unknown()).transform((raw, context) => {
  const parsed = ('ref' in raw ? attributeReference : attributeDefinition).safeParse(raw)
  if (parsed.success) return parsed.data
  for (const { message, path } of parsed.error.issues) {
    context.addIssue({ code: 'custom', message, path })
  }
  return z.NEVER
})

const group = {
  id: z.string(),
  brief: z.string(),
  note: z.string().optional(),
  extends: z.string().optional(),
  attributes: z.array(attribute).default([]),
}
const signal = { ...group, stability }
const said = {
  emitters: z.array(z.string()).min(1),
  library: z.string().optional(),
  /** Why a run of the whole system need not show it, or why by some of its emitters. */
  unseen: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
}

const placeholders = z.record(z.string(), z.array(z.string()).min(1)).default({})

const attributeGroup = z.strictObject({ ...group, type: z.literal('attribute_group') })

const entity = z.strictObject({ ...signal, type: z.literal('entity'), name: z.string() })

const span = z.strictObject({
  ...signal,
  type: z.literal('span'),
  span_kind: z.enum(spanKinds),
  /** Ids of event groups. */
  events: z.array(z.string()).default([]),
  annotations: z.strictObject({
    ...said,
    names: z.array(z.string()).min(1),
    placeholders,
    query: z.string(),
  }),
})

const metric = z.strictObject({
  ...signal,
  type: z.literal('metric'),
  metric_name: z.string(),
  instrument: z.enum(instruments),
  unit: z.string(),
  annotations: z.strictObject({
    ...said,
    buckets: z.array(z.number()).optional(),
    /** The SDK folds what goes beyond 2,000 series into one. */
    max_series: z.number().int().min(1).max(2_000),
    query: z.string(),
  }),
})

const event = z.strictObject({
  ...signal,
  type: z.literal('event'),
  name: z.string(),
  annotations: z.discriminatedUnion('carrier', [
    z.strictObject({ ...said, carrier: z.literal('span') }),
    z.strictObject({ ...said, carrier: z.literal('event') }),
    z.strictObject({
      ...said,
      carrier: z.literal('log'),
      placeholders,
      severities: z.array(z.enum(severities)).min(1),
    }),
  ]),
})

export const fileFormat = z.strictObject({
  groups: z.array(z.discriminatedUnion('type', [attributeGroup, entity, span, metric, event])),
})

export type Group = z.infer<typeof fileFormat>['groups'][number]
export type GroupOf<Type extends Group['type']> = Extract<Group, { type: Type }>
