// Who is speaking, for whoever did not say it with OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES, which win.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions'
import { describeError } from './describe-error.ts'

interface NamedPackage {
  readonly name: string
  readonly version?: string
  readonly imports?: Readonly<Record<string, unknown>>
}

/** Of an app that has more to say of itself: attributes, or promises of some, for which the first export then waits. */
export interface AppResource {
  describeResource(env: NodeJS.ProcessEnv): Parameters<typeof resourceFromAttributes>[0]
}

export interface ServiceDescription {
  readonly resource: Resource
  /** A sentence for each thing that had to be left out. */
  readonly problems: readonly string[]
}

interface Found {
  readonly path: string
  readonly content: NamedPackage
}

const ownWords = '#resource'

/**
 * All of it comes from the package of the script that Node was asked to run: `@shop/api` is `api` of `shop`. What else
 * there is to say is said by the module that its `imports` call `#resource`, if there is one.
 */
export async function describeService(
  script: string | undefined,
  env: NodeJS.ProcessEnv = {},
): Promise<ServiceDescription> {
  const found = findPackage(script)
  const service = nameOf(found?.content)
  if (found?.content.imports?.[ownWords] === undefined) return { resource: service, problems: [] }
  try {
    const { describeResource } = await importFrom(found.path)
    const described = resourceFromAttributes(describeResource(env))
    return { resource: service.merge(described), problems: [] }
  } catch (thrown) {
    const { type, message } = describeError(thrown)
    const problem = `Going on without what ${ownWords} of ${found.content.name} would say. ${type}: ${message}`
    return { resource: service, problems: [problem] }
  }
}

async function importFrom(packagePath: string): Promise<AppResource> {
  // With the conditions that Node was started with, and that of `require`, not of `import`: only with a flag can the other way
  // to resolve be asked on behalf of another module.
  const module = createRequire(packagePath).resolve(ownWords)
  return import(pathToFileURL(module).href)
}

function nameOf({ name = '', version }: Partial<NamedPackage> = {}): Resource {
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
function findPackage(script: string | undefined): Found | undefined {
  let folder = script
  while (folder) {
    const path = join(folder, 'package.json')
    const content = readNamed(path)
    if (content) return { path, content }
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
