// Core as an operator's terminal sees it: both services over real gRPC, with a few tasks and a worker in memory.
import {
  type Attempt,
  AttemptOutcome,
  type Task,
  TaskServiceDefinition,
  type TaskServiceImplementation,
  TaskState,
  type Worker,
  WorkerServiceDefinition,
} from '@throughline/contracts'
import { createServer, ServerError, Status } from 'nice-grpc'

export interface CorePeer extends AsyncDisposable {
  readonly address: string
  readonly tasks: Map<string, Task>
  readonly worker: Worker
}

export function newTask(id: string, changes: Partial<Task> = {}): Task {
  const at = new Date('2026-11-21T10:00:00Z')
  return {
    ...{ id, tenantId: 'demo', type: 'negotiation', state: TaskState.QUEUED, attempt: 0 },
    ...{ createdAt: at, updatedAt: at, result: undefined, errorCode: '', errorMessage: '' },
    ...{ negotiationId: '', usage: undefined },
    ...changes,
  }
}

export const lostAttempt: Attempt = {
  attempt: 1,
  workerId: 'worker-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  startedAt: new Date('2026-11-21T10:00:01Z'),
  endedAt: new Date('2026-11-21T10:00:12Z'),
  outcome: AttemptOutcome.ABANDONED,
  errorCode: '',
  usage: { inputTokens: 40, outputTokens: 9, costNanoUsd: 1_500, unpricedCalls: 0 },
}

export async function startCorePeer(...known: readonly Task[]): Promise<CorePeer> {
  const tasks = new Map(known.map((task) => [task.id, task]))
  const worker: Worker = {
    ...{ id: 'worker-1', slots: 4, taskIds: ['t1'], draining: false },
    ...{ startedAt: new Date(0), lastHeartbeatAt: new Date(1_000) },
  }
  const find = (id: string): Task => {
    const task = tasks.get(id)
    if (!task) throw new ServerError(Status.NOT_FOUND, 'There is no such task')
    return task
  }
  const change = (id: string, from: readonly TaskState[], state: TaskState) => {
    const task = find(id)
    if (!from.includes(task.state)) {
      throw new ServerError(Status.FAILED_PRECONDITION, 'The task has ended')
    }
    task.state = state
    return { task }
  }

  const service: TaskServiceImplementation = {
    ...{ submitTask: unused, getTask: unused, startTask: unused },
    ...{ completeTask: unused, failTask: unused, releaseTask: unused, reportUsage: unused },
    async listTasks({ state, tenantId, pageSize, pageToken }) {
      const matching = [...tasks.values()].filter(
        (task) =>
          (state === TaskState.UNSPECIFIED || task.state === state) &&
          (tenantId === '' || task.tenantId === tenantId),
      )
      const from = Number(pageToken)
      const to = from + pageSize
      const nextPageToken = to < matching.length ? String(to) : ''
      return { tasks: matching.slice(from, to), nextPageToken }
    },
    getTaskHistory: async ({ taskId }) => ({
      ...{ task: find(taskId), input: { budgetCents: 40_000 }, attempts: [lostAttempt] },
    }),
    retryTask: async ({ taskId }) =>
      change(taskId, [TaskState.DEAD, TaskState.FAILED, TaskState.CANCELLED], TaskState.QUEUED),
    cancelTask: async ({ taskId }) =>
      change(taskId, [TaskState.QUEUED, TaskState.RUNNING], TaskState.CANCELLED),
  }

  const server = createServer()
  server.add(TaskServiceDefinition, service)
  server.add(WorkerServiceDefinition, {
    listWorkers: async () => ({ workers: [worker] }),
    async drainWorker({ workerId, draining }) {
      if (workerId !== worker.id) throw new ServerError(Status.NOT_FOUND, 'There is no such worker')
      worker.draining = draining
      return { worker }
    },
  })
  const address = `127.0.0.1:${await server.listen('127.0.0.1:0')}`
  return { address, tasks, worker, [Symbol.asyncDispose]: async () => server.forceShutdown() }
}

function unused(): never {
  throw new ServerError(Status.UNIMPLEMENTED, 'the command line does not ask for this')
}
