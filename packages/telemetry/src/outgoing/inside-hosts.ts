// Which hosts belong to the system, going by their names alone: whoever else is told our trace ids and our baggage
// can tie our requests together, and may be somebody's customer, competitor or log file.
import { isIPv4 } from 'node:net'

/** Whether the system has a host of this name; an IPv6 address in brackets. */
export type InsideRule = (hostname: string) => boolean

/**
 * Without being told: this machine, and names of one label, which only a network of our own resolves (a compose
 * service, a Kubernetes service in the same namespace). `list` adds names, all below a name (`*.example.com`), or `*`.
 */
export function createInsideRule(list = ''): InsideRule {
  const allowed = list
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '')
  const names = new Set(allowed)
  const suffixes = allowed.filter((each) => each.startsWith('*.')).map((each) => each.slice(1))

  return (hostname) => {
    const name = hostname.toLowerCase().replace(/\.$/, '')
    if (names.has('*') || names.has(name)) return true
    return isOfThisMachine(name) || isOneLabel(name) || suffixes.some((end) => name.endsWith(end))
  }
}

const mostKnown = 500

/** The same for an origin such as `https://api.example.com`: few are called, often, and reading a URL takes its time. */
export function createOriginRule(isInside: InsideRule): (origin: string) => boolean {
  const known = new Map<string, boolean>()
  return (origin) => {
    const found = known.get(origin)
    if (found !== undefined) return found
    const answer = isInside(new URL(origin).hostname)
    if (known.size >= mostKnown) known.clear()
    known.set(origin, answer)
    return answer
  }
}

/** RFC 6761: a resolver must not ask anybody else about names below `localhost`. */
function isOfThisMachine(name: string): boolean {
  return (
    name.endsWith('.localhost') || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'))
  )
}

function isOneLabel(name: string): boolean {
  return /^[a-z\d_-]+$/.test(name)
}
