// What is wrong with a file is said before an engine is started for it, where a glance is enough to tell.
import { open } from 'node:fs/promises'

const magic = 'GGUF'

/** The reason in words, or nothing when it looks like a model. */
export async function modelFileFault(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path)
    if (!(await file.stat()).isFile()) return 'it is not a file'
    const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    return start === magic ? undefined : 'it is not a GGUF file'
  } catch (err) {
    return reasonOf(err)
  }
}

/** The system's own message would hold the path. */
function reasonOf(err: unknown): string {
  const code = err instanceof Error && 'code' in err ? String(err.code) : 'unknown error'
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'the file may not be read'
  return `the file cannot be read (${code})`
}
