// The other end of the gateway's gRPC calls: a real server whose answers a test sets, and whose calls it can read.
import { createHash } from 'node:crypto'
import {
  type Key,
  ListingServiceDefinition,
  type ListingServiceImplementation,
  NegotiationServiceDefinition,
  type NegotiationServiceImplementation,
  Task,
  TaskServiceDefinition,
  type TaskServiceImplementation,
  TaskState,
  TenantServiceDefinition,
  type TenantServiceImplementation,
} from '@throughline/contracts'
import { type CallContext, createServer, ServerError, Status } from 'nice-grpc'

export interface CoreCall {
  readonly method: string
  readonly request: unknown
  readonly context: CallContext
}

export interface CorePeer {
  readonly address: string
  readonly port: number
  readonly calls: CoreCall[]
  readonly tasks: Map<string, Task>
  keys: Key[]
  /** Runs before each call is answered, and may throw or wait instead. */
  before: (call: CoreCall) => unknown
  stop(): Promise<void>
}

export const trustedKey = 'trusted-key'
export const strangersKey = 'strangers-key'
export const listing = {
  id: 'listing-1',
  title: 'A bicycle',
  description: 'With two wheels',
  category: 'sports',
  condition: 2,
  priceCents: 25_000,
  daysListed: 12,
} as const

export function keyOf(key: string, facts: Partial<Key> = {}): Key {
  const hash = createHash('sha256').update(key).digest('hex')
  return { hash, tenantId: 'tenant-a', trusted: false, requestsPerMinute: 10_000, ...facts }
}

export function taskOf(facts: Partial<Task>): Task {
  const now = new Date()
  const state = TaskState.QUEUED
  const base = { type: 'negotiation', negotiationId: crypto.randomUUID(), tenantId: 'tenant-a' }
  return { ...Task.fromPartial({ ...base, state, createdAt: now, updatedAt: now }), ...facts }
}

export async function startCorePeer(port = 0): Promise<CorePeer> {
  const server = createServer()
  const peer: CorePeer = {
    address: '',
    port: 0,
    calls: [],
    tasks: new Map(),
    keys: [keyOf(trustedKey, { trusted: true }), keyOf(strangersKey, { tenantId: 'tenant-b' })],
    before: () => undefined,
    stop: async () => server.forceShutdown(),
  }
  const answer = async <Answer>(
    method: string,
    request: unknown,
    context: CallContext,
    make: () => Answer,
  ) => {
    const call = { method, request, context }
    peer.calls.push(call)
    await peer.before(call)
    return make()
  }

  const listings: ListingServiceImplementation = {
    searchListings: (request, context) =>
      answer('SearchListings', request, context, () => ({ listings: [listing] })),
  }
  const negotiations: NegotiationServiceImplementation = {
    startNegotiation: (request, context) =>
      answer('StartNegotiation', request, context, () => {
        const task = taskOf({ id: crypto.randomUUID(), tenantId: request.tenantId })
        peer.tasks.set(task.id, task)
        return { taskId: task.id, negotiationId: task.negotiationId }
      }),
  }
  const notOurs = async () => {
    throw new ServerError(Status.UNIMPLEMENTED, 'The gateway never calls this')
  }
  const tasks: TaskServiceImplementation = {
    getTask: (request, context) =>
      answer('GetTask', request, context, () => {
        const task = peer.tasks.get(request.taskId)
        if (task?.tenantId === request.tenantId) return { task }
        throw new ServerError(Status.NOT_FOUND, 'There is no such task')
      }),
    submitTask: (request, context) =>
      answer('SubmitTask', request, context, () => {
        const { tenantId, type } = request
        const task = taskOf({ id: crypto.randomUUID(), tenantId, type, negotiationId: '' })
        peer.tasks.set(task.id, task)
        return { taskId: task.id }
      }),
    cancelTask: (request, context) =>
      answer('CancelTask', request, context, () => {
        const task = peer.tasks.get(request.taskId)
        if (task?.tenantId !== request.tenantId) {
          throw new ServerError(Status.NOT_FOUND, 'There is no such task')
        }
        if (task.state !== TaskState.QUEUED && task.state !== TaskState.RUNNING) {
          throw new ServerError(Status.FAILED_PRECONDITION, 'The task has ended')
        }
        const error = { errorCode: 'cancelled', errorMessage: 'The task was cancelled.' }
        const cancelled = { ...task, state: TaskState.CANCELLED, ...error }
        peer.tasks.set(task.id, cancelled)
        return { task: cancelled }
      }),
    listTasks: notOurs,
    getTaskHistory: notOurs,
    retryTask: notOurs,
    startTask: notOurs,
    completeTask: notOurs,
    failTask: notOurs,
    releaseTask: notOurs,
    reportUsage: notOurs,
  }
  const tenants: TenantServiceImplementation = {
    listKeys: (request, context) =>
      answer('ListKeys', request, context, () => ({ keys: peer.keys })),
  }
  server.add(ListingServiceDefinition, listings)
  server.add(NegotiationServiceDefinition, negotiations)
  server.add(TaskServiceDefinition, tasks)
  server.add(TenantServiceDefinition, tenants)
  const boundPort = await server.listen(`127.0.0.1:${port}`)
  return Object.assign(peer, { port: boundPort, address: `127.0.0.1:${boundPort}` })
}
