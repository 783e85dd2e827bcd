// Every instrument of the orchestrator. Tenants come from core's table, never from a job: their number is bounded.
import { counter, histogram, metrics } from '@throughline/telemetry'

export const tasksStarted = counter(metrics.tasksStarted)
export const tasksCompleted = counter(metrics.tasksCompleted)
export const tasksFailed = counter(metrics.tasksFailed)
export const taskDuration = histogram(metrics.taskDuration)
export const taskWaitTime = histogram(metrics.taskWaitTime)

export const nodeExecutions = counter(metrics.nodeExecutions)
export const nodeDuration = histogram(metrics.nodeDuration)

export const checkpointsSaved = counter(metrics.checkpointsSaved)
export const checkpointsRestored = counter(metrics.checkpointsRestored)
export const checkpointSize = histogram(metrics.checkpointSize)

export const requeues = counter(metrics.requeues)

export const llmCalls = counter(metrics.llmCalls)
export const llmTokens = counter(metrics.llmTokens)
export const llmCost = counter(metrics.llmCostUsd)
export const llmUnpricedCalls = counter(metrics.llmUnpricedCalls)

export const workerHeartbeats = counter(metrics.workerHeartbeats)
