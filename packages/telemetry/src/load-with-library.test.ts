import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { beforeLibraries } from './load-with-library.ts'

const require = createRequire(import.meta.url)

test('calls back once, before the library is loaded, whoever asks for which of its files', () => {
  const calls: string[] = []
  beforeLibraries(['pg', '@grpc/grpc-js', 'pino'], (library) => {
    calls.push(library)
    // What observes a library may load it, too.
    require(library)
  })
  expect(calls).toEqual([])
  require('pg/package.json')
  require('pg')
  require('@grpc/grpc-js')
  require('node:path')
  expect(calls).toEqual(['pg', '@grpc/grpc-js'])
})
