// The docker client, as far as the checks need it.
import { spawnSync } from 'node:child_process'
import { root } from '../system/services.ts'

export class DockerError extends Error {
  override readonly name = 'DockerError'
}

export interface Result {
  readonly outcome: 'passed' | 'failed' | 'left out'
  readonly output: string
}

export interface Docker {
  /** Runs a client command; a non-zero exit is a failure. */
  readonly command: (args: readonly string[], env?: Readonly<Record<string, string>>) => Result
  /** Whether there is the image, after a pull if one is allowed. */
  readonly hasImage: (image: string) => boolean
}

const commandTimeoutMs = 120_000
const pullTimeoutMs = 600_000

export function requireDocker({ mayPull }: { readonly mayPull: boolean }): Docker {
  const images = new Map<string, boolean>()
  if (run(['version', '--format', '{{.Server.Version}}']).outcome !== 'passed') {
    throw new DockerError(
      'Docker does not answer. Install Docker Engine or Docker Desktop and start it: https://docs.docker.com/get-docker/',
    )
  }
  if (run(['compose', 'version']).outcome !== 'passed') {
    throw new DockerError(
      'docker has no compose. Install its plugin, version 2.24 or newer: https://docs.docker.com/compose/install/',
    )
  }
  return {
    command: run,
    hasImage(image) {
      const known = images.get(image) ?? exists(image, mayPull)
      images.set(image, known)
      return known
    },
  }
}

function exists(image: string, mayPull: boolean): boolean {
  if (run(['image', 'inspect', image]).outcome === 'passed') return true
  return mayPull && run(['pull', '--quiet', image], {}, pullTimeoutMs).outcome === 'passed'
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeoutMs = commandTimeoutMs,
): Result {
  const { status, stdout, stderr, error } = spawnSync('docker', args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 16_000_000,
    timeout: timeoutMs,
  })
  if (status === 0) return { outcome: 'passed', output: stdout }
  return {
    outcome: 'failed',
    output: `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim(),
  }
}
