// Who is speaking, for whoever did not say it with OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES, which win.
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { pathToFileURL } from 'node:url'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions'

/** All of it comes from the package of the script that Node was asked to run: `@shop/api` is `api` of `shop`. */
export function describeService(script: string | undefined): Resource {
  const { name = '', version } = readPackage(script)
  const [, namespace, service] = /^(?:@([^/]*)\/)?(.*)$/.exec(name) ?? []
  return defaultResource().merge(
    resourceFromAttributes({
      ...(namespace && { [ATTR_SERVICE_NAMESPACE]: namespace }),
      ...(service && { [ATTR_SERVICE_NAME]: service }),
      ...(version && { [ATTR_SERVICE_VERSION]: version }),
    }),
  )
}

// npm's own variables would do for `pnpm start`, but a supervisor hands its own down to every child it spawns.
function readPackage(script: string | undefined): { name?: string; version?: string } {
  const path = script && findPackageJSON(pathToFileURL(script))
  return path ? JSON.parse(readFileSync(path, 'utf8')) : {}
}
