// Which address shows which view, and the keys that work everywhere.
import { Shell } from './shell.ts'
import { openList } from './trace-list.ts'
import { openTrace } from './trace-view.ts'
import type { View } from './view.ts'

const shell = new Shell()
let view: View = open(new URL(location.href))
shell.onTheme = () => view.onTheme()

function open(url: URL): View {
  const traceId = /^\/traces\/([0-9a-f]{32})$/i.exec(url.pathname)?.[1]
  if (traceId === undefined) return openList(shell, url)
  return openTrace(shell, traceId.toLowerCase(), url, navigate)
}

function navigate(href: string): void {
  const url = new URL(href, location.href)
  history.pushState(null, '', url)
  show(url)
}

function show(url: URL): void {
  if (view.goTo(url)) return
  view.close()
  view = open(url)
}

addEventListener('popstate', () => show(new URL(location.href)))

document.addEventListener('click', (event) => {
  // A new tab is the browser's business.
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-route]')
  if (!link) return
  event.preventDefault()
  navigate(link.href)
})

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  if (shell.isHelpOpen) return
  const isTyping = (event.target as Element).matches('input')
  if (isTyping && event.key !== 'Escape') return
  if (event.key === '?') shell.toggleHelp()
  else view.onKey(event)
})
