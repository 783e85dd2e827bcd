// Where the orchestrator keeps what an attempt has finished, and core removes it when nobody else would.

export function checkpointKey(taskId: string): string {
  return `throughline:task:${taskId}:checkpoint`
}
