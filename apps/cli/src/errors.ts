// What a person at a terminal is told, and what a script finds in the exit code: 2 for a command that makes no sense,
// 1 for one that could not be carried out.
import { EnvironmentError } from '@throughline/process'
import { ClientError, Status } from 'nice-grpc'

/** The command itself is wrong; its message says how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command is right and could not be carried out, or not for everything it named. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}

export interface Described {
  readonly message: string
  readonly exitCode: 1 | 2
}

/** Total: whatever was thrown becomes a sentence. */
export function describeError(err: unknown, address?: string): Described {
  if (err instanceof UsageError) return { message: err.message, exitCode: 2 }
  if (err instanceof EnvironmentError) return { message: err.message, exitCode: 2 }
  if (err instanceof CommandFailure) return { message: err.message, exitCode: 1 }
  if (err instanceof ClientError) return { message: describeAnswer(err, address), exitCode: 1 }
  return { message: err instanceof Error ? (err.stack ?? err.message) : String(err), exitCode: 1 }
}

function describeAnswer({ code, details }: ClientError, address?: string): string {
  switch (code) {
    case Status.UNAVAILABLE:
    case Status.DEADLINE_EXCEEDED:
      return `core does not answer${address === undefined ? '' : ` at ${address}`}; is it running? --core or CORE_ADDRESS says where`
    default:
      return `core refused: ${details} (${Status[code]})`
  }
}
