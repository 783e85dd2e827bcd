// What docker-compose.yml gives the container: files that are there, backends by their names, and nothing from outside.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const root = join(import.meta.dirname, '../../..')
const { services } = z
  .object({
    services: z.looseObject({
      grafana: z.looseObject({
        environment: z.record(z.string(), z.string()),
        volumes: z.array(z.string()),
      }),
    }),
  })
  .parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }))
const mounts = services.grafana.volumes
  .map((volume) => volume.split(':'))
  .filter(([source]) => source?.startsWith('./'))
  .map(([source = '', target = '', mode]) => ({ source, target, mode }))

test.each(mounts)('$source is there, and cannot be changed from inside', ({ source, mode }) => {
  expect(existsSync(join(root, source))).toBe(true)
  expect(mode).toBe('ro')
})

test('the first page is a dashboard that is mounted', () => {
  const home = services.grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? ''
  const dashboards = mounts.find(({ target }) => home.startsWith(`${target}/`))
  expect(dashboards).toBeDefined()
  const file = home.replace(dashboards?.target ?? '', dashboards?.source ?? '')
  expect(existsSync(join(root, file))).toBe(true)
})

test('data sources ask services of the stack', () => {
  const hosts = mounts
    .filter(({ target }) => target.includes('/datasources/'))
    .map(({ source }) => readFileSync(join(root, source), 'utf8'))
    .flatMap((text) => [...text.matchAll(/^ +url: http:\/\/([a-z]+):\d+$/gm)])
    .map(([, host = '']) => host)
  expect(hosts).toHaveLength(3)
  for (const host of hosts) expect(Object.keys(services)).toContain(host)
})

test('nothing is installed, asked or told outside', () => {
  expect(services.grafana.environment).toMatchObject({
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_PLUGINS_PREINSTALL_AUTO_UPDATE: 'false',
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
  })
  expect(services.grafana.environment).not.toHaveProperty('GF_INSTALL_PLUGINS')
})
