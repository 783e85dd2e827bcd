// How much memory the processes of npm start hold, each service's on its own line.
import { childrenByParent, memoryOf } from './process-tree.ts'

export interface MemoryRow {
  readonly name: string
  readonly processes: number
  readonly pssBytes: number
  readonly rssBytes: number
}

/** Each process counts for the nearest one above it that npm start's table names. */
export function readMemory(rootPid: number, output: string): MemoryRow[] {
  const names = new Map([[rootPid, 'npm and supervisor']])
  for (const [, name = '', pid] of output.matchAll(/✓ (\S+) .* pid (\d+)/g)) {
    names.set(Number(pid), name)
  }
  const children = childrenByParent()
  const rows = new Map<string, MemoryRow>()

  const visit = (pid: number, inherited: string) => {
    const name = names.get(pid) ?? inherited
    const before = rows.get(name) ?? { name, processes: 0, pssBytes: 0, rssBytes: 0 }
    const { pssBytes, rssBytes } = memoryOf(pid)
    rows.set(name, {
      name,
      processes: before.processes + 1,
      pssBytes: before.pssBytes + pssBytes,
      rssBytes: before.rssBytes + rssBytes,
    })
    for (const child of children.get(pid) ?? []) visit(child, name)
  }
  visit(rootPid, '')
  return [...rows.values()]
}
