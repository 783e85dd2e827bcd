// Every instrument of the orchestrator. Tenants come from core's table, never from a job: their number is bounded.
import { counter, gauge, histogram, metrics, upDownCounter } from '@throughline/telemetry'

const taskSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
const nodeSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const sizes = [256, 1_024, 4_096, 16_384, 65_536, 262_144]

export const tasksStarted = counter(metrics.tasksStarted, {
  description: 'Tasks whose first attempt has started',
  unit: '{task}',
})
export const tasksCompleted = counter(metrics.tasksCompleted, {
  description: 'Tasks whose result core has taken',
  unit: '{task}',
})
export const tasksFailed = counter(metrics.tasksFailed, {
  description: 'Tasks that have failed for good',
  unit: '{task}',
})
export const taskDuration = histogram(metrics.taskDuration, {
  description: 'Time from the start of the attempt that ended a task to its end',
  unit: 's',
  buckets: taskSeconds,
})

export const nodeExecutions = counter(metrics.nodeExecutions, {
  description: 'Nodes that have run',
  unit: '{node}',
})
export const nodeDuration = histogram(metrics.nodeDuration, {
  description: 'Time a node took',
  unit: 's',
  buckets: nodeSeconds,
})

export const checkpointsSaved = counter(metrics.checkpointsSaved, {
  description: 'Checkpoints written',
  unit: '{checkpoint}',
})
export const checkpointsRestored = counter(metrics.checkpointsRestored, {
  description: 'Checkpoints that a later attempt went on from',
  unit: '{checkpoint}',
})
export const checkpointSize = histogram(metrics.checkpointSize, {
  description: 'Size of a checkpoint as written',
  unit: 'By',
  buckets: sizes,
})

export const requeues = counter(metrics.requeues, {
  description: 'Times a task went back to the queue, by reason',
  unit: '{task}',
})

export const llmCalls = counter(metrics.llmCalls, {
  description: 'Calls to a model that were answered as asked',
  unit: '{call}',
})
export const llmTokens = counter(metrics.llmTokens, {
  description: 'Tokens read and written by models',
  unit: '{token}',
})

export const workersActive = gauge(metrics.workersActive, {
  description: 'Workers taking tasks: 1 for each process that does',
  unit: '{worker}',
})
export const workerTasks = upDownCounter(metrics.workerCurrentTasks, {
  description: 'Tasks in the hands of a worker',
  unit: '{task}',
})
export const workerHeartbeats = counter(metrics.workerHeartbeats, {
  description: 'Signs of life of a worker',
  unit: '{heartbeat}',
})
