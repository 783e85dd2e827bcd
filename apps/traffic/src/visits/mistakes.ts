// What goes wrong at a shop's counter every day. Each is refused, and each refusal is the caller's own doing.
import type { GatewayClient } from '../gateway-client.ts'

type Send = (gateway: GatewayClient, signal: AbortSignal) => Promise<number>

const nobody = '00000000-0000-4000-8000-000000000000'
/** More than the limited tenant may send in a minute. */
const hurriedRequests = 12

const mistakes = {
  'forgets the key': (gateway, signal) =>
    gateway.send('/v1/search', { body: { query: 'camera' }, key: 'none', signal }),
  'has an old key': (gateway, signal) =>
    gateway.send('/v1/search', { body: { query: 'camera' }, key: 'expired', signal }),
  'searches for nothing': (gateway, signal) =>
    gateway.send('/v1/search', { body: { query: ' ' }, signal }),
  'has less than nothing to spend': (gateway, signal) =>
    gateway.send('/v1/negotiate', { body: { listingId: 'lst_000000', budgetCents: -1 }, signal }),
  'wants what is sold': (gateway, signal) =>
    gateway.send('/v1/negotiate', { body: { listingId: 'lst_gone', budgetCents: 500 }, signal }),
  'asks for a task of nobody': (gateway, signal) => gateway.send(`/v1/tasks/${nobody}`, { signal }),
  'cannot wait': async (gateway, signal) => {
    let status = 0
    for (let sent = 0; sent < hurriedRequests && status !== 429; sent += 1) {
      status = await gateway.send('/v1/search', {
        ...{ body: { query: 'laptop', pageSize: 1 }, key: 'limited', signal },
      })
    }
    return status
  },
} as const satisfies Record<string, Send>

export type MistakeName = keyof typeof mistakes

export const mistakeNames = Object.keys(mistakes) as [MistakeName, ...MistakeName[]]

/** Resolves with the status of the refusal. */
export const makeMistake = (name: MistakeName, ...args: Parameters<Send>): Promise<number> =>
  mistakes[name](...args)
