import { freemem, platform, totalmem } from 'node:os'

/**
 * What the machine, and the container's limit if there is one, leave for one more model. Page cache counts as free: a
 * file that has just been read does not stand in its own way. (It would by the container's own count of what is used.)
 */
export function availableMemory(usedBytes: number): number {
  // macOS calls only those pages free that it has found no use for at all.
  const machineBytes = platform() === 'linux' ? freemem() : totalmem()
  return Math.min(machineBytes, containerLimit() - usedBytes)
}

function containerLimit(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? limit : Number.POSITIVE_INFINITY
}
