// Core as the orchestrator sees it: the task service over real gRPC, with its rules, in memory.
import {
  type CompleteTaskRequest,
  type FailTaskRequest,
  type Listing,
  ListingCondition,
  type StartTaskRequest,
  TaskServiceDefinition,
  type TaskServiceImplementation,
  WriteOutcome,
} from '@throughline/contracts'
import { createServer, ServerError, Status } from 'nice-grpc'

export interface PeerTask {
  attempt: number
  state: 'queued' | 'running' | 'completed' | 'failed'
  readonly starts: StartTaskRequest[]
  readonly completions: CompleteTaskRequest[]
  readonly failures: FailTaskRequest[]
}

export interface CorePeer extends AsyncDisposable {
  readonly address: string
  readonly tasks: Map<string, PeerTask>
  /** Runs before every call is answered; what it throws is the answer. */
  before: (method: 'start' | 'complete' | 'fail', taskId: string) => unknown
  stop(): Promise<void>
}

export const listing: Listing = {
  id: 'lst_1',
  title: 'Field camera',
  description: 'With lens',
  category: 'cameras',
  condition: ListingCondition.GOOD,
  priceCents: 45_000,
  daysListed: 12,
}

const maxAttempts = 3

export async function startCorePeer({ port = 0, budgetCents = 40_000 } = {}): Promise<CorePeer> {
  const tasks = new Map<string, PeerTask>()

  const service: Partial<TaskServiceImplementation> = {
    async startTask(request) {
      await peer.before('start', request.taskId)
      const task = tasks.get(request.taskId)
      if (!task) throw new ServerError(Status.NOT_FOUND, 'no such task')
      const ended = task.state === 'completed' || task.state === 'failed'
      if (ended || task.attempt >= maxAttempts) {
        throw new ServerError(Status.FAILED_PRECONDITION, 'ended')
      }
      const previousTraceparent = task.starts.at(-1)?.traceparent ?? ''
      task.starts.push(request)
      task.attempt += 1
      task.state = 'running'
      return {
        ...{ tenantId: 'tnt_demo', taskType: 'negotiation', attempt: task.attempt, maxAttempts },
        ...{ listing, budgetCents, previousTraceparent },
      }
    },
    async completeTask(request) {
      await peer.before('complete', request.taskId)
      const { task, outcome } = claim(request)
      task.completions.push(request)
      if (outcome === WriteOutcome.APPLIED) task.state = 'completed'
      return { outcome }
    },
    async failTask(request) {
      await peer.before('fail', request.taskId)
      const { task, outcome } = claim(request)
      task.failures.push(request)
      const willRetry = request.retryable && task.attempt < maxAttempts
      if (outcome === WriteOutcome.APPLIED) task.state = willRetry ? 'queued' : 'failed'
      return { outcome, willRetry: willRetry && outcome === WriteOutcome.APPLIED }
    },
  }

  function claim({ taskId, attempt }: { taskId: string; attempt: number }) {
    const task = tasks.get(taskId)
    if (!task) throw new ServerError(Status.NOT_FOUND, 'no such task')
    const ours = attempt === task.attempt && task.state === 'running'
    return { task, outcome: ours ? WriteOutcome.APPLIED : WriteOutcome.STALE }
  }

  const server = createServer()
  server.add(TaskServiceDefinition, { ...service, getTask: unused } as TaskServiceImplementation)
  const address = `127.0.0.1:${await server.listen(`127.0.0.1:${port}`)}`
  const stop = async () => server.forceShutdown()
  const peer: CorePeer = {
    address,
    tasks,
    before: () => {},
    stop,
    [Symbol.asyncDispose]: stop,
  }
  return peer
}

export function newPeerTask(): PeerTask {
  return { attempt: 0, state: 'queued', starts: [], completions: [], failures: [] }
}

function unused(): never {
  throw new ServerError(Status.UNIMPLEMENTED, 'the orchestrator does not ask for this')
}
