// Keys for trying the system out. Public by design: a database that holds them is a toy.

/** Trusted: a trace that its caller began is continued. */
export const demoKey = 'tl_demo_key'
/** A stranger's: traces begin at the edge and link to the caller's. */
export const acmeKey = 'tl_acme_key'
/** A stranger's with a limit that is soon reached. */
export const bazaarKey = 'tl_bazaar_key'

export const demoTenants = [
  { id: 'demo', name: 'Demo', key: demoKey, trusted: true, requestsPerMinute: 6_000 },
  { id: 'acme', name: 'Acme Trading', key: acmeKey, trusted: false, requestsPerMinute: 600 },
  { id: 'bazaar', name: 'Corner Bazaar', key: bazaarKey, trusted: false, requestsPerMinute: 10 },
] as const
