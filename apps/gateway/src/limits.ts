// Every bound of the edge in one place. Tests make some of them short; nothing else changes them.

export interface Limits {
  readonly bodyBytes: number
  /** For a whole request to arrive, headers and body: what a slow sender is given. */
  readonly requestTimeoutMs: number
  readonly headersTimeoutMs: number
  /** How often the two above are looked at. */
  readonly timeoutCheckEveryMs: number
  readonly keepAliveTimeoutMs: number
  /** Without a byte in either direction. Longer than the longest wait, or it would cut it off. */
  readonly silentConnectionMs: number
  readonly connections: number
  /** `?wait=true` waits this long, and `Prefer: wait=N` no longer. */
  readonly waitMs: number
  /** How often a wait asks core, should the last event be lost. */
  readonly waitPollMs: number
  /** How often an event stream shows that it is alive, and asks core for the same reason. */
  readonly heartbeatMs: number
  readonly eventStreams: number
  readonly eventStreamsPerTenant: number
  /** What may lie unsent for one slow reader before it is dropped. */
  readonly eventBacklogBytes: number
  /** For requests in flight when the process stops. */
  readonly drainMs: number
}

export const defaultLimits: Limits = {
  bodyBytes: 64 * 1024,
  requestTimeoutMs: 15_000,
  headersTimeoutMs: 10_000,
  timeoutCheckEveryMs: 1_000,
  keepAliveTimeoutMs: 10_000,
  silentConnectionMs: 75_000,
  connections: 4_096,
  waitMs: 30_000,
  waitPollMs: 2_000,
  heartbeatMs: 15_000,
  eventStreams: 1_000,
  eventStreamsPerTenant: 100,
  eventBacklogBytes: 1024 * 1024,
  drainMs: 5_000,
}
