// What this machine must offer, checked before anything is downloaded.
import { statfsSync } from 'node:fs'
import { root } from './paths.mjs'
import { Sentence } from './sentence.mjs'

const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
/** Debian 12, Ubuntu 22.04, RHEL 9; the inference library asks for it. */
const oldestGlibc = [2, 34]
const neededGigabytes = 1.5

export function checkPlatform() {
  if (process.platform === 'win32') {
    throw new Sentence('Throughline does not run on Windows itself; start it inside WSL.')
  }
  const platform = `${process.platform}-${process.arch}`
  if (!platforms.includes(platform)) {
    throw new Sentence(`Throughline runs on ${platforms.join(', ')}, and this is ${platform}.`)
  }
  if (process.platform === 'linux') checkGlibc()
}

function checkGlibc() {
  const version = glibcVersion()
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  if (major > oldestGlibc[0] || (major === oldestGlibc[0] && minor >= oldestGlibc[1])) return
  throw new Sentence(
    `Throughline needs glibc ${oldestGlibc.join('.')} or newer (Debian 12, Ubuntu 22.04 and later; not Alpine), ` +
      `and this is ${version ? `glibc ${version}` : 'a system without it'}.`,
  )
}

function glibcVersion() {
  const { report } = process
  // Looking up the names of open connections can take seconds.
  report.excludeNetwork = true
  return report.getReport().header.glibcVersionRuntime
}

export function checkDisk() {
  const { bavail, bsize } = statfsSync(root)
  const gigabytes = (bavail * bsize) / 1e9
  if (gigabytes >= neededGigabytes) return
  throw new Sentence(
    `The first start needs ${neededGigabytes} GB of disk, and ${gigabytes.toFixed(1)} GB are free at ${root}; ` +
      'make room and try again.',
  )
}
