// The distribution's Redis, downloaded with apt and unpacked into a folder. Nothing is installed; no root is needed.
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export interface RedisBinary {
  readonly command: string
  readonly env: NodeJS.ProcessEnv
}

type Unpacked = { readonly binary: RedisBinary } | { readonly problem: string }
type AptGet = (args: readonly string[], cwd?: string) => Promise<{ readonly stdout: string }>
type CanRun = (binary: RedisBinary) => boolean

const packages = ['redis-server', 'valkey-server'] as const
const boundedNetwork = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20']
const timeoutMs = 120_000
const run = promisify(execFile)

export async function unpackedRedis(
  cacheDir: string,
  env: NodeJS.ProcessEnv,
  canRun: CanRun,
): Promise<Unpacked> {
  if (process.platform !== 'linux') return { problem: 'none can be downloaded for this platform' }
  const usable = () => {
    const binary = binaryIn(cacheDir)
    return binary && canRun(binary) ? { binary } : undefined
  }
  const cached = usable()
  if (cached) return cached

  mkdirSync(dirname(cacheDir), { recursive: true })
  // Unpacked beside and then renamed: a start that is cut short leaves a whole cache or none.
  const partial = mkdtempSync(`${cacheDir}.partial-`)
  try {
    await downloadAndUnpack(partial, aptGetWith(env))
    // Another start may have been quicker; its cache may be in use by then.
    if (!usable()) {
      rmSync(cacheDir, { recursive: true, force: true })
      renameSync(join(partial, 'root'), cacheDir)
    }
  } catch (err) {
    return { problem: `this distribution's package could not be downloaded: ${reason(err)}` }
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return usable() ?? { problem: "this distribution's package does not start or is older than 6.2" }
}

async function downloadAndUnpack(folder: string, aptGet: AptGet): Promise<void> {
  try {
    await unpack(folder, aptGet)
  } catch {
    // Slim images come with apt's lists emptied, and only root may fill them. A set of our own will do.
    const lists = join(folder, 'lists')
    mkdirSync(join(lists, 'partial'), { recursive: true })
    const ownLists = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${folder}/cache`]
    const withOwnLists: AptGet = (args, cwd) => aptGet([...ownLists, ...args], cwd)
    await withOwnLists(['update'])
    await unpack(folder, withOwnLists)
  }
}

async function unpack(folder: string, aptGet: AptGet): Promise<void> {
  const debs = join(folder, 'debs')
  rmSync(debs, { recursive: true, force: true })
  mkdirSync(debs)
  const wanted = await redisAndWhatItLacks(aptGet)
  await aptGet(['download', ...wanted], debs)
  for (const deb of globSync(join(debs, '*.deb'))) {
    await run('dpkg', ['-x', deb, join(folder, 'root')], { timeout: timeoutMs })
  }
}

/** apt itself works out which libraries this machine lacks, by pretending to install. */
async function redisAndWhatItLacks(aptGet: AptGet): Promise<string[]> {
  let failure: unknown
  for (const name of packages) {
    try {
      const pretend = ['--simulate', '--no-install-recommends', 'install', name]
      const { stdout } = await aptGet(['-o', 'Debug::NoLocking=1', ...pretend])
      return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, found]) => found ?? name)
    } catch (err) {
      failure = err
    }
  }
  throw failure
}

function aptGetWith(callerEnv: NodeJS.ProcessEnv): AptGet {
  const env = { ...callerEnv, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
  return (args, cwd) =>
    run('apt-get', ['-q', ...boundedNetwork, ...args], { cwd, env, timeout: timeoutMs })
}

function binaryIn(folder: string): RedisBinary | undefined {
  const command = packages.map((name) => join(folder, 'usr/bin', name)).find(existsSync)
  const libraries = globSync(join(folder, '{lib,usr/lib,usr/lib/*-linux-*}'))
  return command ? { command, env: { LD_LIBRARY_PATH: libraries.join(':') } } : undefined
}

function reason(err: unknown): string {
  const { code, stderr = '', message } = err as NodeJS.ErrnoException & { stderr?: string }
  if (code === 'ENOENT') return 'apt-get is not there'
  const lines = (stderr || message).trim().split('\n')
  return (
    lines
      .findLast((line) => line.startsWith('E:'))
      ?.slice(2)
      .trim() ??
    lines.at(-1) ??
    ''
  )
}
