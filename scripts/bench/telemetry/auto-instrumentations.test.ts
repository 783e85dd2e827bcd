import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../system/services.ts'
import { fetchAutoInstrumentations, packages } from './auto-instrumentations.ts'

const unreachable = {
  ...process.env,
  npm_config_registry: 'http://127.0.0.1:9',
  npm_config_noproxy: '127.0.0.1',
  npm_config_fetch_retries: '0',
  npm_config_loglevel: 'silent',
}
const { signal } = new AbortController()

test('says what to do when npm cannot be reached, and tries again the next time', async () => {
  const folder = temporaryFolder()
  // An empty cache: from a full one, npm would need nobody.
  const env = { ...unreachable, npm_config_cache: join(folder, 'npm') }
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(
      fetchAutoInstrumentations({ env, signal, folder: join(folder, 'auto') }),
    ).rejects.toThrow('no way to the npm registry: connect to the network, or set HTTPS_PROXY')
  }
})

test('fetches nothing when the same versions are there', async () => {
  const folder = temporaryFolder()
  const manifest = JSON.stringify({ private: true, dependencies: packages })
  writeFileSync(join(folder, 'complete.json'), manifest)
  await fetchAutoInstrumentations({ env: unreachable, signal, folder })
})

test('compares with an API of the version that we have', () => {
  const { catalog } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
  expect(packages['@opentelemetry/api']).toBe(catalog['@opentelemetry/api'])
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-auto-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
