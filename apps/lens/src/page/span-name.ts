// Names of gRPC spans are long, and their package says least: `package.Service/Method`.
import { type Child, element } from './dom.ts'

const packagePrefix = /^[\w.]+\.(?=\w+\/)/

export function shortName(name: string): string {
  return name.replace(packagePrefix, '') || '(no name)'
}

/** The package apart, so that a narrow column can leave it out. */
export function nameParts(name: string): Child[] {
  const prefix = packagePrefix.exec(name)?.[0]
  return [
    prefix && element('span', { class: 'prefix', title: name }, prefix),
    element('span', { class: 'label', title: name }, shortName(name)),
  ]
}
