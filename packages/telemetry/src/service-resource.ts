// Who is speaking, for whoever did not say it with OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES, which win.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions'

interface NamedPackage {
  readonly name: string
  readonly version?: string
}

/** All of it comes from the package of the script that Node was asked to run: `@shop/api` is `api` of `shop`. */
export function describeService(script: string | undefined): Resource {
  const { name = '', version } = readPackage(script) ?? {}
  const [, namespace, service] = /^(?:@([^/]*)\/)?(.*)$/.exec(name) ?? []
  return defaultResource().merge(
    resourceFromAttributes({
      ...(namespace && { [ATTR_SERVICE_NAMESPACE]: namespace }),
      ...(service && { [ATTR_SERVICE_NAME]: service }),
      ...(version && { [ATTR_SERVICE_VERSION]: version }),
    }),
  )
}

// npm's own variables would do for `pnpm start`, but a supervisor hands its own down to every child it spawns. Node's
// findPackageJSON throws on `node .` and `node main`, and returns the script itself where there is no package.
function readPackage(script: string | undefined): NamedPackage | undefined {
  let folder = script
  while (folder) {
    const found = readNamed(join(folder, 'package.json'))
    if (found) return found
    folder = dirname(folder) === folder ? undefined : dirname(folder)
  }
  return undefined
}

/** Builds put a nameless one beside what they compile; and a broken one is npm's to complain of. */
function readNamed(path: string): NamedPackage | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8'))
    return typeof content?.name === 'string' ? content : undefined
  } catch {
    return undefined
  }
}
