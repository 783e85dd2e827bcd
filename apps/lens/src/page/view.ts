// What main.ts asks of the list and of the trace.

export interface View {
  /** Keys that no field or dialog has taken. */
  onKey(event: KeyboardEvent): void
  /** `true` when the view can show that address itself. */
  goTo(url: URL): boolean
  onTheme(): void
  close(): void
}
