// Something that takes a while and may fail, wanted by many at once: they share one try, what came of it, and after a
// failure the pause before the next.

export interface SharedLoad<Loaded> {
  readonly get: () => Promise<Loaded>
  readonly loaded: () => Loaded | undefined
}

export function shareLoad<Loaded>(
  load: () => Promise<Loaded>,
  retryPauseMs: number,
): SharedLoad<Loaded> {
  let loading: Promise<Loaded> | undefined
  let loaded: Loaded | undefined
  let failedAt: number | undefined

  const start = async () => {
    try {
      loaded = await load()
      return loaded
    } catch (err) {
      failedAt = performance.now()
      throw err
    }
  }
  const isOver = () => failedAt !== undefined && performance.now() - failedAt >= retryPauseMs

  return {
    get: () => {
      if (loading === undefined || isOver()) {
        failedAt = undefined
        loading = start()
      }
      return loading
    },
    loaded: () => loaded,
  }
}
