// Who listens on a port, as far as the operating system tells.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { processIdentity } from '@throughline/embedded'

const listening = '0A'
const shownLength = 60

export function portHolder(port: number): string | undefined {
  try {
    const pid = process.platform === 'linux' ? fromProc(port) : fromLsof(port)
    const holder = pid === undefined ? undefined : processIdentity(pid)
    return holder && `process ${holder.pid} (${holder.command.slice(0, shownLength)})`
  } catch {
    return undefined
  }
}

function fromProc(port: number): number | undefined {
  const socket = `socket:[${inodeListeningOn(port)}]`
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).find((pid) => hasOpen(pid, socket))
}

function inodeListeningOn(port: number): string | undefined {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFileSync(file, 'utf8'))
  const rows = tables.flatMap((table) => table.split('\n')).map((row) => row.trim().split(/\s+/))
  return rows.find(([, local, , state]) => local?.endsWith(hex) && state === listening)?.[9]
}

function hasOpen(pid: number, socket: string): boolean {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).some((name) => targetOf(`${folder}/${name}`) === socket)
  } catch {
    // Another user's process keeps its files to itself.
    return false
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    // Closed since it was listed.
    return undefined
  }
}

function fromLsof(port: number): number | undefined {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']
  const pid = Number.parseInt(execFileSync('lsof', args, { encoding: 'utf8' }), 10)
  return Number.isNaN(pid) ? undefined : pid
}
