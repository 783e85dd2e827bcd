// W3C Baggage: what of a header `baggage` may be passed on.
import { membersOf } from './list-members.ts'

const form = /^[!#$%&'*+\-.^_`|~\da-z]+[\t ]*=[\t\x20-\x7e]*$/i
/** The specification's limits: everybody passes on as much, and nobody has to pass on more. */
const maxBytes = 8_192
const maxMembers = 64

/** Whole members, from the left, as many as the limits allow; one that is none is left out. */
export function usableBaggage(header: unknown): string | undefined {
  if (typeof header !== 'string') return undefined
  const kept: string[] = []
  // A member is ASCII, so that characters are bytes; each brings a comma.
  let bytes = -1
  for (const member of membersOf(header)) {
    if (!form.test(member)) continue
    bytes += member.length + 1
    if (bytes > maxBytes || kept.length === maxMembers) break
    kept.push(member)
  }
  return kept.join(',') || undefined
}
