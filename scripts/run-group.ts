// Runs a command in a process group of its own and ends what it leaves there: a test that was given up cannot stop the
// processes that it started, and one of them would keep its runner, and with it this terminal, waiting for ever.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

export interface GroupOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Its work is done; from then on it has `lingerMs` to end by itself. */
  readonly isDone?: () => boolean
  readonly lingerMs?: number
}

/** Resolves with the exit code; with 128 and the signal's number, as a shell has it, when this process was asked to end. */
export async function runGroup(
  command: string,
  args: readonly string[],
  { cwd, env, isDone = () => false, lingerMs = 60_000 }: GroupOptions,
): Promise<number> {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: true })
  // Passed on rather than obeyed: the command stops its own servers first.
  let asked: NodeJS.Signals | undefined
  const forward = (signal: NodeJS.Signals) => {
    asked = signal
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, forward)

  let doneAt: number | undefined
  const watch = setInterval(() => {
    if (isDone()) doneAt ??= performance.now()
    if (doneAt !== undefined && performance.now() - doneAt > lingerMs) endGroup(child.pid)
  }, 1_000)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearInterval(watch)
  for (const signal of signals) process.off(signal, forward)
  endGroup(child.pid)
  return asked ? 128 + constants.signals[asked] : (code ?? 1)
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (err) {
    // Nothing was left.
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err
  }
}
