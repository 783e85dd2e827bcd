// `--profile <part>`: where our variant spends its time in one of the parts, as tables.
import { pathToFileURL } from 'node:url'
import { root } from '../../../system/services.ts'
import type { ProfiledPart } from '../parts/cpu-part.ts'
import type { Bench } from '../parts/part.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { type CostLine, sumProfile } from './sum-profile.ts'

const shownPackages = 12
const shownFunctions = 15

export async function runProfile(bench: Bench, part: ProfiledPart): Promise<string> {
  const { profile, units } = await part.profile(bench, 'ours')
  const { packages, functions } = sumProfile(profile, units, pathToFileURL(root).href)
  const numbers = ({ micros, share }: CostLine) => [
    micros.toFixed(1),
    `${(share * 100).toFixed(1)} %`,
  ]
  return [
    markdownTable(
      ['Self time, by package', 'µs each', ''],
      packages.slice(0, shownPackages).map((line) => [line.of, ...numbers(line)]),
    ),
    markdownTable(
      ['Of', 'Function', 'µs each', ''],
      functions.slice(0, shownFunctions).map((line) => [line.of, line.at ?? '', ...numbers(line)]),
    ),
  ].join('\n\n')
}
