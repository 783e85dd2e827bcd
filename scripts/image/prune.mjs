// `node prune.mjs <folder>`: removes from a deployed app what its packages bring for compilers, debuggers and other
// machines. Half of their bytes are such files.
import { globSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const modules = join(process.argv[2], 'node_modules/.pnpm')
const unused = [
  '**/*.{ts,mts,cts,map,tsbuildinfo}',
  // Prisma's query compiler, of which there is one for each database in two sizes and two module systems.
  '**/@prisma/client/runtime/query_compiler_*.{mysql,sqlite,sqlserver,cockroachdb}.*',
  '**/@prisma/client/runtime/query_compiler_small_*',
  '**/@prisma/client/runtime/*.wasm-base64.js',
  // The sources of llama.cpp, for those who compile it.
  '**/node-llama-cpp/llama/{gitRelease.bundle,addon,gpuInfo,toolchains,profiles}',
]
for (const path of globSync(unused, { cwd: modules })) {
  rmSync(join(modules, path), { recursive: true, force: true })
}

// llama.cpp's binaries for the other processor are installed for cross-compiling.
for (const manifest of globSync('*/node_modules/@node-llama-cpp/*/package.json', {
  cwd: modules,
})) {
  const folder = dirname(manifest)
  const [os, arch] = basename(folder).split('-')
  if (os !== 'linux' || arch !== process.arch) rmSync(join(modules, folder), { recursive: true })
}

for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) rmSync(join(process.argv[2], name))
