import { mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fileHash, shortHash } from './file-hash.ts'

test('is the SHA-256 of what the file holds, and follows it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-hash-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.gguf')
  await writeFile(path, 'abc')
  const [one, again] = await Promise.all([fileHash(path), fileHash(path)])
  expect(one).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(again).toBe(one)
  expect(shortHash(one)).toBe('ba7816bf8f01')
  await writeFile(path, 'another model')
  expect(await fileHash(path)).not.toBe(one)
})

test('fails for a file that is not there, each time', async () => {
  const missing = join(tmpdir(), 'throughline-no-such.gguf')
  await expect(fileHash(missing)).rejects.toThrow('ENOENT')
  await expect(fileHash(missing)).rejects.toThrow('ENOENT')
})

test('tries again what could not be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-hash-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  // Its size and time stay the same when it becomes readable.
  const [path, target] = [join(folder, 'a.gguf'), join(folder, 'target')]
  await mkdir(path)
  await utimes(path, 1, 1)
  await expect(fileHash(path)).rejects.toThrow('EISDIR')
  const { size } = await stat(path)
  await rename(path, target)
  await writeFile(path, 'a'.repeat(size))
  await utimes(path, 1, 1)
  expect(await fileHash(path)).toHaveLength(64)
})
