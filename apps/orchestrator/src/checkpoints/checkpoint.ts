// What an attempt leaves for the one after it.
import { z } from 'zod'

const count = z.int().min(0)

const usageSchema = z.object({
  inputTokens: count,
  outputTokens: count,
  costNanoUsd: count,
  unpricedCalls: count,
})

export const unreportedSchema = z
  .object({ attempt: z.int().min(1), usage: usageSchema })
  .describe(
    'What the attempt had used by then, with what it took over: lost with it, if it never reports',
  )

export const aboutSchema = z.object({ workflow: z.string(), version: z.int() })

export type Unreported = z.infer<typeof unreportedSchema>

export interface Checkpoint extends z.infer<typeof aboutSchema> {
  /** By step: the id of a node, or `id[index]` for one item of a node that runs once for each. */
  readonly outputs: Readonly<Record<string, unknown>>
  readonly unreported?: Unreported
}

const stepPrefix = 'step:'

/** Names and values of the hash, one after another. What is undefined was not found out. */
export function toFields({ workflow, version, outputs, unreported }: Checkpoint): string[] {
  const fields = ['about', JSON.stringify({ workflow, version })]
  if (unreported !== undefined) fields.push('unreported', JSON.stringify(unreported))
  for (const [step, output] of Object.entries(outputs)) {
    if (output === undefined) continue
    fields.push(`${stepPrefix}${step}`, JSON.stringify(output))
  }
  return fields
}

/** Nothing when the fields do not say what they belong to. A step that cannot be read was not finished. */
export function fromFields(fields: readonly string[]): Checkpoint | undefined {
  const values = new Map<string, unknown>()
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [name = '', text = ''] = fields.slice(i, i + 2)
    const value = parse(text)
    if (value !== undefined) values.set(name, value)
  }
  const about = aboutSchema.safeParse(values.get('about'))
  if (!about.success) return undefined
  const steps = [...values].filter(([name]) => name.startsWith(stepPrefix))
  const outputs = Object.fromEntries(
    steps.map(([name, output]) => [name.slice(stepPrefix.length), output]),
  )
  const unreported = unreportedSchema.safeParse(values.get('unreported')).data
  return { ...about.data, outputs, unreported }
}

export function readUnreported(text: string | null): Unreported | undefined {
  return text === null ? undefined : unreportedSchema.safeParse(parse(text)).data
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Unreadable progress is no progress: the node runs again.
    return undefined
  }
}
