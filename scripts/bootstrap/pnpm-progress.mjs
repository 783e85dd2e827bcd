// Reads pnpm's own event lines: how many packages of how many, and what it has to say when it fails.

/** @param {string} lockfile */
export function installProgress(lockfile) {
  const listed = lockfile.match(/^ {4}resolution: /gm)?.length ?? 0
  let skipped = 0
  let imported = 0

  return (line) => {
    const event = parse(line)
    if (!event) return { text: line }
    if (event.name === 'pnpm:skipped-optional-dependency') skipped += 1
    if (event.name === 'pnpm:lockfile-verification' && event.status === 'started') {
      return { progress: 'checking the lockfile' }
    }
    if (event.name === 'pnpm:progress' && event.status === 'imported') {
      imported += 1
      return { progress: `${imported} of ${Math.max(imported, listed - skipped)}` }
    }
    if (event.name === 'pnpm:lifecycle' && event.line) return { text: event.line }
    if (event.level === 'error') return { text: `${event.code ?? ''} ${event.message ?? line}` }
    return undefined
  }
}

function parse(line) {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
