// The life of a process: start, run until a signal, release in reverse order, exit. The one owner of signals.
import { EnvironmentError } from './environment.ts'

/** Registers what undoes the step just taken. Releases run newest first. */
export type OnStop = (name: string, release: () => unknown) => void

export interface ProcessOptions {
  readonly stopTimeoutMs?: number
  /** Where a failed start or release is reported; standard error unless told otherwise. */
  readonly report?: (message: string, err: unknown) => void
}

interface Release {
  readonly name: string
  readonly run: () => unknown
}

export async function runProcess(
  start: (onStop: OnStop) => Promise<void>,
  { stopTimeoutMs = 10_000, report = reportToStderr }: ProcessOptions = {},
): Promise<void> {
  const releases: Release[] = []
  let stopping: Promise<void> | undefined

  const stop = (exitCode: number): Promise<void> => {
    // Ctrl-C reaches a process twice: from the terminal and from its supervisor.
    stopping ??= releaseAll(releases, stopTimeoutMs, report).then((clean) => {
      process.exit(clean ? exitCode : 1)
    })
    return stopping
  }

  process.on('SIGTERM', () => void stop(0))
  process.on('SIGINT', () => void stop(0))
  try {
    await start((name, release) => {
      releases.push({ name, run: release })
      // A signal has come meanwhile: this is let go of with the rest, and nothing more is acquired.
      if (stopping !== undefined) throw new Error('stopping')
    })
  } catch (err) {
    // What fails because all is being released is no failure.
    if (stopping === undefined) report('could not start', err)
    await stop(1)
  }
}

async function releaseAll(
  releases: Release[],
  timeoutMs: number,
  report: (message: string, err: unknown) => void,
): Promise<boolean> {
  let clean = true
  const timer = setTimeout(() => {
    report(`did not stop within ${timeoutMs} ms`, undefined)
    process.exit(1)
  }, timeoutMs)
  for (let release = releases.pop(); release; release = releases.pop()) {
    const { name, run } = release
    try {
      await run()
    } catch (err) {
      clean = false
      report(`could not stop ${name}`, err)
    }
  }
  clearTimeout(timer)
  return clean
}

function reportToStderr(message: string, err: unknown): void {
  const detail =
    err instanceof EnvironmentError ? err.message : err instanceof Error ? err.stack : err
  process.stderr.write(detail === undefined ? `${message}\n` : `${message}: ${detail}\n`)
}
