// Core as the orchestrator sees it: the task service over real gRPC, with its rules, in memory.
import {
  type Attempt,
  AttemptOutcome,
  type CompleteTaskRequest,
  type FailTaskRequest,
  type ReleaseTaskRequest,
  type ReportUsageRequest,
  type StartTaskRequest,
  type StartTaskResponse,
  type TaskJob,
  TaskServiceDefinition,
  type TaskServiceImplementation,
  TaskState,
  WriteOutcome,
} from '@throughline/contracts'
import { createServer, ServerError, Status } from 'nice-grpc'

export interface PeerTask extends Pick<TaskJob, 'taskType' | 'tenantId'> {
  readonly input: Record<string, unknown>
  /** What StartTask answers differently: a budget, a time of waiting. */
  readonly started: Partial<StartTaskResponse>
  attempt: number
  state: TaskState
  failed: number
  errorCode: string
  /** The attempts that were opened, the newest last. */
  readonly attempts: Attempt[]
  readonly starts: StartTaskRequest[]
  readonly completions: CompleteTaskRequest[]
  readonly failures: FailTaskRequest[]
  readonly releases: ReleaseTaskRequest[]
  /** What its attempts had left, when it had ended without them. */
  readonly leftovers: ReportUsageRequest[]
}

export type PeerMethod = 'start' | 'complete' | 'fail' | 'release' | 'report usage'

export interface CorePeer extends AsyncDisposable {
  readonly address: string
  readonly tasks: Map<string, PeerTask>
  /** Runs before every call is answered; what it throws is the answer. */
  before: (method: PeerMethod, taskId: string) => unknown
  /** Runs when an attempt has been opened and before that is said. */
  afterStart: () => unknown
  /** Runs when a result has been taken and before that is said. */
  afterComplete: () => unknown
  cancel(taskId: string): void
  stop(): Promise<void>
}

const maxFailures = 3

export async function startCorePeer({ port = 0 } = {}): Promise<CorePeer> {
  const tasks = new Map<string, PeerTask>()

  const service: Partial<TaskServiceImplementation> = {
    async startTask(request) {
      await peer.before('start', request.taskId)
      const task = known(request.taskId)
      const isRepeated = request.deliveryId === task.starts.at(-1)?.deliveryId
      if (isRepeated && task.state === TaskState.RUNNING) return answerStart(task)
      abandonOpenAttempt(task)
      if (hasEnded(task)) throw new ServerError(Status.FAILED_PRECONDITION, 'ended')
      openAttempt(task, request)
      await peer.afterStart()
      return answerStart(task)
    },
    async completeTask(request) {
      await peer.before('complete', request.taskId)
      const task = known(request.taskId)
      task.completions.push(request)
      const outcome = report(task, request, AttemptOutcome.COMPLETED)
      if (outcome === WriteOutcome.APPLIED) task.state = TaskState.COMPLETED
      await peer.afterComplete()
      return { outcome }
    },
    async failTask(request) {
      await peer.before('fail', request.taskId)
      const task = known(request.taskId)
      task.failures.push(request)
      const outcome = report(task, request, AttemptOutcome.FAILED)
      if (outcome === WriteOutcome.APPLIED) {
        task.failed += 1
        task.errorCode = request.errorCode
        if (!request.retryable) task.state = TaskState.FAILED
        else task.state = task.failed < maxFailures ? TaskState.QUEUED : TaskState.DEAD
      }
      return { outcome, willRetry: task.state === TaskState.QUEUED }
    },
    async releaseTask(request) {
      await peer.before('release', request.taskId)
      const task = known(request.taskId)
      task.releases.push(request)
      const outcome = report(task, request, AttemptOutcome.RELEASED)
      if (outcome === WriteOutcome.APPLIED) {
        task.state = TaskState.QUEUED
        const released = task.attempts.at(-1)
        if (released) released.errorCode = request.errorCode
      }
      return { outcome }
    },
    async reportUsage(request) {
      await peer.before('report usage', request.taskId)
      known(request.taskId).leftovers.push(request)
      return { outcome: WriteOutcome.APPLIED }
    },
    async getTask({ taskId }) {
      const { tenantId, taskType: type, state, attempt, errorCode } = known(taskId)
      return { task: { id: taskId, tenantId, type, state, attempt, errorCode } }
    },
  }

  function known(taskId: string): PeerTask {
    const task = tasks.get(taskId)
    if (!task) throw new ServerError(Status.NOT_FOUND, 'no such task')
    return task
  }

  const server = createServer()
  const others = Object.keys(TaskServiceDefinition.methods).map((method) => [method, unused])
  const whole = { ...Object.fromEntries(others), ...service } as TaskServiceImplementation
  server.add(TaskServiceDefinition, whole)
  const address = `127.0.0.1:${await server.listen(`127.0.0.1:${port}`)}`
  const stop = async () => server.forceShutdown()
  const peer: CorePeer = {
    address,
    tasks,
    before: () => {},
    afterStart: () => {},
    afterComplete: () => {},
    cancel(taskId) {
      known(taskId).state = TaskState.CANCELLED
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
  return peer
}

export interface NewPeerTask extends Partial<Pick<PeerTask, 'taskType' | 'input' | 'started'>> {}

export function newPeerTask(settings: NewPeerTask = {}): PeerTask {
  return {
    ...{ taskType: 'noop', tenantId: 'tnt_demo', input: { nodes: 1 }, started: {}, ...settings },
    ...{ attempt: 0, state: TaskState.QUEUED, failed: 0, errorCode: '' },
    ...{ attempts: [], starts: [], completions: [], failures: [], releases: [], leftovers: [] },
  }
}

/** An attempt that never reported counts as a failure. */
function abandonOpenAttempt(task: PeerTask): void {
  const open = task.attempts.at(-1)
  if (task.state !== TaskState.RUNNING || open === undefined) return
  open.outcome = AttemptOutcome.ABANDONED
  task.failed += 1
  task.state = task.failed < maxFailures ? TaskState.QUEUED : TaskState.DEAD
}

function hasEnded({ state }: PeerTask): boolean {
  return state !== TaskState.QUEUED && state !== TaskState.RUNNING
}

function openAttempt(task: PeerTask, request: StartTaskRequest): void {
  task.starts.push(request)
  task.attempt += 1
  task.state = TaskState.RUNNING
  task.attempts.push({
    ...{ attempt: task.attempt, workerId: request.workerId, traceparent: request.traceparent },
    ...{ startedAt: new Date(), endedAt: undefined, errorCode: '', usage: undefined },
    outcome: AttemptOutcome.UNSPECIFIED,
  })
}

function answerStart(task: PeerTask): StartTaskResponse {
  const previous = task.attempts.at(-2)
  const reported = task.attempts.findLastIndex(
    ({ outcome }) => outcome !== AttemptOutcome.ABANDONED && outcome !== AttemptOutcome.UNSPECIFIED,
  )
  return {
    ...{ tenantId: task.tenantId, taskType: task.taskType, attempt: task.attempt },
    ...{ input: task.input, previous, firstUnreportedAttempt: reported + 2 },
    ...{ waitedMs: 0, runningMs: 0, budgetNanoUsd: undefined, ...task.started },
  }
}

/** The fence: only the newest attempt of a running task gets through, and only once. */
function report(
  task: PeerTask,
  { attempt }: { readonly attempt: number },
  outcome: AttemptOutcome,
): WriteOutcome {
  const own = task.attempts[attempt - 1]
  if (attempt === task.attempt && task.state === TaskState.RUNNING && own !== undefined) {
    own.outcome = outcome
    return WriteOutcome.APPLIED
  }
  const reported = own?.outcome === outcome
  return reported ? WriteOutcome.DUPLICATE : WriteOutcome.STALE
}

function unused(): never {
  throw new ServerError(Status.UNIMPLEMENTED, 'the orchestrator does not ask for this')
}
