// What a process and those below it hold and have used, from Linux's /proc.
import { readdirSync, readFileSync } from 'node:fs'

export interface Memory {
  /** Pages that several processes share are divided between them. */
  readonly pssBytes: number
  readonly rssBytes: number
}

/** Linux counts a process's time in these, whatever the kernel's own clock. */
const microsPerTick = 10_000
/** Behind the name in /proc/<pid>/stat. */
const fields = { parent: 1, userTicks: 11, systemTicks: 12 }

export function processTree(rootPid: number): number[] {
  const children = childrenByParent()
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)]
  return below(rootPid)
}

/** Of all its threads, in user and system mode, since it began. */
export function cpuMicrosOf(pid: number): number {
  const stat = statOf(String(pid)) ?? []
  return (Number(stat[fields.userTicks]) + Number(stat[fields.systemTicks])) * microsPerTick
}

export function memoryOf(pid: number): Memory {
  const smaps = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(smaps)?.[1] ?? 0) * 1024
  return { pssBytes: bytes('Pss'), rssBytes: bytes('Rss') }
}

export function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = statOf(name)
    if (stat === undefined) continue
    const parent = Number(stat[fields.parent])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  return children
}

function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    // Gone since it was listed.
    return undefined
  }
}
