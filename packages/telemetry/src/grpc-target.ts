// Whom a gRPC channel is for, out of the target that it was made with: `core:50051`, `dns:///core`, `unix:/run/core`,
// `ipv4:10.0.0.1:50051,10.0.0.2:50051`.
import { isIPv6 } from 'node:net'
import type { Channel } from '@grpc/grpc-js'
import type { Attributes } from '@opentelemetry/api'
import { ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT } from '@opentelemetry/semantic-conventions'

export interface Target {
  /** What was to be connected to: one name for all instances behind it, never a connection's address. */
  readonly attributes: Attributes
  /** Each of them may get the call; an IPv6 address in brackets, as in a URL. None for a socket of this machine. */
  readonly hostnames: readonly string[]
}

/** Behind a proxy, `getTarget` is the proxy. Whom it is asked to connect to, only the channel's inside knows. */
export function targetOf(channel: Pick<Channel, 'getTarget'>): string {
  const { internalChannel } = channel as {
    readonly internalChannel?: { readonly options?: Readonly<Record<string, unknown>> }
  }
  const behindProxy = internalChannel?.options?.['grpc.http_connect_target']
  return typeof behindProxy === 'string' ? behindProxy : channel.getTarget()
}

const socketTarget = /^unix:(?:\/\/)?(.+)$/
const hostTarget = /^(?:(dns|ipv4|ipv6):(?:\/\/[^/]*\/)?)?(.+)$/
const hostAndPort = /^(?:\[([^\]]+)\]|([^[\]:/,]+))(?::(\d+))?$/

export function readTarget(target: string): Target {
  const [, socket] = socketTarget.exec(target) ?? []
  if (socket !== undefined) return { attributes: { [ATTR_SERVER_ADDRESS]: socket }, hostnames: [] }
  const [, scheme, path = target] = hostTarget.exec(target) ?? []
  const addresses = (scheme?.startsWith('ip') ? path.split(',') : [path]).map(readAddress)
  const [only] = addresses
  const attributes =
    addresses.length === 1 && only
      ? { [ATTR_SERVER_ADDRESS]: only.host, ...(only.port && { [ATTR_SERVER_PORT]: only.port }) }
      : { [ATTR_SERVER_ADDRESS]: target }
  return { attributes, hostnames: addresses.map((address) => address?.hostname ?? target) }
}

/** Nothing where it is of a kind that we do not know: then its hosts are strangers. */
function readAddress(text: string) {
  if (isIPv6(text)) return { host: text, hostname: `[${text}]` }
  const [, ipv6, name, port] = hostAndPort.exec(text) ?? []
  const host = ipv6 ?? name
  if (host === undefined) return undefined
  return { host, hostname: ipv6 ? `[${ipv6}]` : host, ...(port && { port: Number(port) }) }
}
