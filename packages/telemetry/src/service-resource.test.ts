import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { describeService } from './service-resource.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-service-'))
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'src/main.mjs'), 'console.log()')
  return () => rmSync(folder, { recursive: true })
})

// As Node has them: `node src/main.mjs`, `node src/main` and `node .`.
test.each(['src/main.mjs', 'src/main', ''])(
  'names the service after the package of "%s"',
  async (path) => {
    writeFileSync(join(folder, 'package.json'), '{ "name": "@shop/api", "version": "1.2.3" }')
    const { resource } = await describeService(join(folder, path))
    expect(resource.attributes).toMatchObject({
      'service.namespace': 'shop',
      'service.name': 'api',
      'service.version': '1.2.3',
    })
  },
)

test.each(['src/main.mjs', 'src/main', ''])(
  'leaves "%s" unnamed where no package is',
  async (path) => {
    const { attributes } = (await describeService(join(folder, path))).resource
    expect(attributes['service.name']).toMatch(/^unknown_service/)
    expect(attributes).not.toHaveProperty('service.version')
  },
)

test('leaves what runs without a script unnamed', async () => {
  const { attributes } = (await describeService(undefined)).resource
  expect(attributes['service.name']).toMatch(/^unknown_service/)
})

test.each(['{ "type": "module" }', '{ "name": 7 }', '[]', 'null', 'no JSON', ''])(
  'goes on upward from a package that does not say its name: %s',
  async (content) => {
    writeFileSync(join(folder, 'package.json'), '{ "name": "@shop/api", "version": "1.2.3" }')
    writeFileSync(join(folder, 'src/package.json'), content)
    const { resource } = await describeService(join(folder, 'src/main.mjs'))
    expect(resource.attributes).toMatchObject({
      'service.name': 'api',
      'service.version': '1.2.3',
    })
  },
)

const described = { name: '@shop/api', imports: { '#resource': './src/resource.mjs' } }

test('adds what the app says of itself, from the module its package calls #resource', async () => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(described))
  writeFileSync(
    join(folder, 'src/resource.mjs'),
    `export const describeResource = ({ TILL }) => ({
      'shop.till': TILL,
      'shop.stock': Promise.resolve('full'),
      'shop.door': Promise.reject(new Error('shut')),
    })`,
  )
  const { resource } = await describeService(join(folder, 'src/main.mjs'), { TILL: '7' })
  expect(resource.asyncAttributesPending).toBe(true)
  await resource.waitForAsyncAttributes?.()
  expect(resource.attributes).toMatchObject({
    'service.name': 'api',
    'shop.till': '7',
    'shop.stock': 'full',
  })
  expect(resource.attributes).not.toHaveProperty('shop.door')
})

test.each([
  ['throws', `export const describeResource = () => { throw new RangeError('no till "7"') }`],
  ['says nothing', 'export const describeResource = () => undefined'],
  ['fails as it is loaded', 'throw new RangeError()'],
  ['exports something else', 'export const resource = {}'],
  ['is no module', '{'],
  ['is not there', undefined],
])('knows the service, and what is wrong, when its #resource %s', async (_, module) => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(described))
  if (module !== undefined) writeFileSync(join(folder, 'src/resource.mjs'), module)
  const { resource, problems } = await describeService(join(folder, 'src/main.mjs'))
  expect(resource.attributes).toMatchObject({ 'service.name': 'api', 'service.namespace': 'shop' })
  expect(problems).toEqual([
    expect.stringMatching(/^Going on without what #resource of @shop\/api would say\. \w*Error: /),
  ])
  expect(problems[0]).not.toContain('till "7"')
})
