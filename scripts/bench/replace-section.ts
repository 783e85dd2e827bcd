import { readFileSync, writeFileSync } from 'node:fs'

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function replaceSection(file: string, name: string, content: string): void {
  const text = readFileSync(file, 'utf8')
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`${file} has no section ${name}`)
  const before = text.slice(0, start + open.length)
  writeFileSync(file, `${before}\n\n${content.trim()}\n\n${text.slice(end)}`)
}
