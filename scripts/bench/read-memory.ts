// How much memory a tree of processes holds, from Linux's /proc. Shared pages are counted once in PSS, each time in RSS.
import { readdirSync, readFileSync } from 'node:fs'

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
    const smaps = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    rows.set(name, {
      name,
      processes: before.processes + 1,
      pssBytes: before.pssBytes + field(smaps, 'Pss'),
      rssBytes: before.rssBytes + field(smaps, 'Rss'),
    })
    for (const child of children.get(pid) ?? []) visit(child, name)
  }
  visit(rootPid, '')
  return [...rows.values()]
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(name)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  return children
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // Gone since it was listed.
    return undefined
  }
}

function field(smaps: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(smaps)?.[1] ?? 0) * 1024
}
