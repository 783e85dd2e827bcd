import { execFileSync } from 'node:child_process'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root; an account that every system has takes its place. Nothing is created. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  return lookUp('postgres') ?? lookUp('nobody')
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (flag: string) => {
      const args = [flag, name]
      return Number(
        execFileSync('id', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      )
    }
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
}
