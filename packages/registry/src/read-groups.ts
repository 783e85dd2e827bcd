// The groups of all files of a folder, each with its place, so that a problem can be said with file and line.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { fileFormat, type Group } from './file-format.ts'

export type Path = readonly PropertyKey[]

export interface PlacedGroup {
  readonly group: Group
  /** The name of its file, without its ending. */
  readonly area: string
  /** File and line of the group, or of what is at the path below it. */
  readonly place: (path?: Path) => string
}

/** The files are wrong; the message says where and how, a line for each problem. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The registry is wrong:\n${problems.join('\n')}`)
    this.problems = problems
  }
}

/** Describes the registry to other tools; holds no groups. */
const manifest = 'registry_manifest.yaml'

export function readGroups(folder: string): PlacedGroup[] {
  const problems: string[] = []
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== manifest)
  const groups = files.sort().flatMap((name) => readFile(join(folder, name), problems))
  if (problems.length > 0) throw new RegistryError(problems)
  return groups
}

function readFile(path: string, problems: string[]): PlacedGroup[] {
  const file = basename(path)
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines })
  for (const { message } of document.errors) problems.push(`${file}: ${message}`)
  if (document.errors.length > 0) return []

  const place = (at: Path): string => {
    for (let depth = at.length; depth >= 0; depth--) {
      const node = document.getIn(at.slice(0, depth), true)
      if (isNode(node) && node.range) return `${file}:${lines.linePos(node.range[0]).line}`
    }
    return file
  }
  const parsed = fileFormat.safeParse(document.toJS())
  if (!parsed.success) {
    for (const { path: at, message } of parsed.error.issues) {
      problems.push(`${place(at)} ${at.join('.')}: ${message}`)
    }
    return []
  }
  return parsed.data.groups.map((group, index) => ({
    group,
    area: basename(path, '.yaml'),
    place: (at = []) => place(['groups', index, ...at]),
  }))
}
