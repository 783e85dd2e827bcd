/** Calls `once` so many times, that many side by side at most. */
export async function many(
  count: number,
  sideBySide: number,
  once: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const caller = async () => {
    while (next < count) await once(next++)
  }
  await Promise.all(Array.from({ length: sideBySide }, caller))
}
