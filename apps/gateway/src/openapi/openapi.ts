// The OpenAPI document of all routes, made from the schemas that validate them, and a page to read it.
import swagger, { type SwaggerTransformObject } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'

const description = `An agent that negotiates prices. Every answer names its trace in \`traceresponse\`, and every
refusal is a problem (RFC 9457) with the same id.`

export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Throughline', version: '1', description },
      tags: [
        { name: 'listings', description: 'What is for sale' },
        { name: 'negotiations', description: 'Bargaining for a listing' },
        { name: 'tasks', description: 'Work under way' },
        { name: 'health', description: 'For probes; neither keyed nor traced' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'A key of your tenant' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutInputs(jsonSchemaTransformObject(document)),
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}

/** Each named schema is offered as input and as output, and ours are outputs only. */
function withoutInputs(document: ReturnType<SwaggerTransformObject>) {
  if (!('components' in document)) return document
  const schemas = Object.entries(document.components?.schemas ?? {})
  const outputs = schemas.filter(([name]) => !name.endsWith('Input'))
  const components = { ...document.components, schemas: Object.fromEntries(outputs) }
  return { ...document, components } as typeof document
}
