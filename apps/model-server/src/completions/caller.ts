// Who asks, as far as fairness goes. A name from outside: never a label, an attribute or a word in a log.

export interface Caller {
  /** Empty for all who do not say who they are: they share one turn. */
  readonly tenant: string
}

const maxTenantLength = 256

/** By `safety_identifier`, else `user`, as OpenAI's API has them; what is neither usable names nobody. */
export function callerOf(body: unknown): Caller {
  const { safety_identifier, user } = (body ?? {}) as Record<string, unknown>
  const tenant = [safety_identifier, user].find(isTenant)
  return { tenant: tenant ?? '' }
}

function isTenant(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxTenantLength
}
