// Who a process id belongs to. A number in an old file may have gone to a stranger since, who must not be killed.
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

export interface ProcessIdentity {
  readonly pid: number
  readonly command: string
  readonly startedAt: string
  /** Linux only. */
  readonly folder?: string
}

export function processIdentity(pid: number): ProcessIdentity | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
  } catch {
    return undefined
  }
}

export function isSameProcess(recorded: ProcessIdentity): boolean {
  const found = processIdentity(recorded.pid)
  return found?.startedAt === recorded.startedAt && found.command === recorded.command
}

function fromProc(pid: number): ProcessIdentity | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z') return undefined
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  return { pid, command, startedAt: fields[19] ?? '', folder: folderOf(pid) }
}

function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

function fromPs(pid: number): ProcessIdentity | undefined {
  const fields = ['-o', 'state=', '-o', 'lstart=', '-o', 'command=', '-p', String(pid)]
  const line = execFileSync('ps', ['-ww', ...fields], { encoding: 'utf8' }).trim()
  const [, state, startedAt, command] = /^(\S+)\s+(.{24})\s+(.*)$/.exec(line) ?? []
  if (!state || !startedAt || !command || state.startsWith('Z')) return undefined
  return { pid, command, startedAt }
}
