// Every batch brings its resource again; the store keeps one object per distinct one.
import { resourceSize } from './record-size.ts'
import type { ResourceRecord } from './records.ts'

const mostResources = 1_000
/** A larger one is kept as often as it comes, at the cost of the traces that name it. */
const largestBytes = 8_000

export class ResourceTable {
  readonly #byContent = new Map<string, ResourceRecord>()
  #last: { given: ResourceRecord; kept: ResourceRecord } | undefined

  keep(given: ResourceRecord): ResourceRecord {
    // The spans of one batch come with the same object.
    if (this.#last?.given === given) return this.#last.kept
    if (resourceSize(given) > largestBytes) return given
    const content = JSON.stringify(given.attributes)
    let kept = this.#byContent.get(content)
    if (!kept) {
      kept = given
      // Forgetting one only means that it is kept twice.
      if (this.#byContent.size >= mostResources) this.#byContent.clear()
      this.#byContent.set(content, kept)
    }
    this.#last = { given, kept }
    return kept
  }
}
