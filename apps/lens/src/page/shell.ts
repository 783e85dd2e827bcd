// What stays around every view: the state of the connection, what lens holds, light or dark, and the help.
import type { StatsJson } from '../api/trace-json.ts'
import type { LiveState } from './api-client.ts'
import { byId } from './dom.ts'
import { bytes, plural } from './format.ts'
import { helpContent } from './help.ts'
import { icon } from './icons.ts'

const themes = ['auto', 'light', 'dark'] as const
type Theme = (typeof themes)[number]
const storageKey = 'lens.theme'
const announcePauseMs = 3_000

export class Shell {
  readonly view = byId('view', HTMLElement)
  readonly #stats = byId('stats', HTMLElement)
  readonly #live = byId('live', HTMLElement)
  readonly #theme = byId('theme', HTMLButtonElement)
  readonly #help = byId('help-dialog', HTMLDialogElement)
  readonly #announcements = byId('announcements', HTMLElement)
  #lastAnnouncedAt = Number.NEGATIVE_INFINITY
  /** Told when light turns to dark or back. */
  onTheme: () => void = () => {}

  constructor() {
    byId('help-content', HTMLElement).append(helpContent())
    byId('help', HTMLButtonElement).addEventListener('click', () => this.toggleHelp())
    this.#theme.addEventListener('click', () => {
      const current = themes.indexOf(storedTheme())
      localStorage.setItem(storageKey, themes[(current + 1) % themes.length] ?? 'auto')
      this.#applyTheme()
    })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.onTheme())
    this.#applyTheme()
  }

  setState(state: LiveState): void {
    this.#live.dataset.state = state
    this.#live.textContent = state
  }

  setStats(stats: StatsJson): void {
    const { traces, spans, evicted } = stats
    const share = `${bytes(stats.bytes)} of ${bytes(stats.maxBytes)}`
    this.#stats.textContent = `${plural(traces, 'trace')} · ${plural(spans, 'span')} · ${share}`
    this.#stats.title =
      `accepted ${plural(stats.accepted.spans, 'span')} and ${plural(stats.accepted.logs, 'log')}, ` +
      `refused ${plural(stats.refused.spans, 'span')} and ${plural(stats.refused.requests, 'request')}, ` +
      `evicted ${plural(evicted.traces, 'trace')}`
  }

  toggleHelp(): void {
    if (this.#help.open) this.#help.close()
    else this.#help.showModal()
  }

  get isHelpOpen(): boolean {
    return this.#help.open
  }

  /** For those who listen instead of look; seldom enough not to drown them. */
  announce(text: string): void {
    const now = performance.now()
    if (now - this.#lastAnnouncedAt < announcePauseMs) return
    this.#lastAnnouncedAt = now
    this.#announcements.textContent = text
  }

  #applyTheme(): void {
    const theme = storedTheme()
    document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme
    this.#theme.replaceChildren(icon('theme'), theme)
    this.#theme.setAttribute('aria-label', `Theme: ${theme}`)
    this.onTheme()
  }
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(storageKey)
  return themes.find((theme) => theme === stored) ?? 'auto'
}
