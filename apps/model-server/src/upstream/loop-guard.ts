// Two servers that forward to each other, or one to itself, would pass a request round until its time is up. `Via`
// says whom it has passed (RFC 9110, 7.6.3); of what callers' own proxies have written there, nothing goes on.
import { randomBytes } from 'node:crypto'
import { ModelServerError } from '../errors.ts'

export interface LoopGuard {
  /** For the next server; fails for a request that has been here. */
  readonly viaAfter: (via: string | undefined) => string
}

const ours = /1\.1 throughline-[0-9a-f]{8}/g
const maxServers = 8

export function createLoopGuard(): LoopGuard {
  const self = `1.1 throughline-${randomBytes(4).toString('hex')}`
  return {
    viaAfter: (via = '') => {
      const passed: readonly string[] = via.match(ours) ?? []
      if (passed.includes(self) || passed.length >= maxServers) {
        throw new ModelServerError('upstream_invalid', 'The provider forwards to this server')
      }
      return [...passed, self].join(', ')
    },
  }
}
