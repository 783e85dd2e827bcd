// The page's files, read once. Beside the sources they are TypeScript, whose types are stripped here; beside the
// build they are JavaScript already. A browser sees the same names either way.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'

export interface PageFile {
  readonly type: string
  readonly body: Buffer
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** By path, for example `/page/main.js`. */
export async function loadPageFiles(
  folder: URL = new URL('./page/', import.meta.url),
): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>()
  for (const name of await readdir(folder)) {
    if (name.includes('.test.') || name.endsWith('.d.ts')) continue
    const isTypeScript = name.endsWith('.ts')
    const type = types[isTypeScript ? '.js' : extname(name)]
    if (!type) continue
    const source = await readFile(new URL(name, folder))
    const body = isTypeScript ? await toJavaScript(source.toString()) : source
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    files.set(`/page/${name.replace(/\.ts$/, '.js')}`, { type, body, etag })
  }
  return files
}

const relativeImport = /(from\s*|import\s*\(?\s*)'(\.\.?\/[^']+)\.ts'/g

async function toJavaScript(source: string): Promise<Buffer> {
  // Only sources need it, and only Node 22.13 and later has it.
  const { stripTypeScriptTypes } = await import('node:module')
  return Buffer.from(stripTypeScriptTypes(source).replace(relativeImport, "$1'$2.js'"))
}
