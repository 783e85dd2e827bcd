// W3C Trace Context, Level 2: what of a header `tracestate` may be passed on.
import { membersOf } from './list-members.ts'

const form =
  /^([a-z\d][a-z\d_\-*/@]{0,255})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
const maxMembers = 32
/** What everybody is asked to pass on at least, and what we pass on at most. */
const maxLength = 512
/** A member beyond this is the first to go when the list is too long. */
const longMember = 128

/** Nothing for a list that is no tracestate: what is understood by halves is not handed on. */
export function usableTracestate(header: unknown): string | undefined {
  if (typeof header !== 'string') return undefined
  const members = membersOf(header)
  if (members.length > maxMembers) return undefined
  const byKey = new Map<string, string>()
  for (const member of members) {
    const [, key] = form.exec(member) ?? []
    if (key === undefined) return undefined
    // The leftmost is the newest.
    if (!byKey.has(key)) byKey.set(key, member)
  }
  return shortened([...byKey.values()]).join(',') || undefined
}

/** Whole members go: first long ones, then any, from the end. */
function shortened(members: string[]): string[] {
  while (members.join(',').length > maxLength) {
    const long = members.findLastIndex((member) => member.length > longMember)
    members.splice(long, 1)
  }
  return members
}
