const TRIES = 200
const PAUSE_MS = 10

/**
 * Puts a URL of this page into the history without asking the server for the page again. Next follows the history only
 * from the moment its router is mounted: a click that the page answers before that would change the URL and nothing
 * else.
 */
export function showUrl(url: string, how: 'push' | 'replace', triesLeft = TRIES): void {
  const followed = window.history.pushState !== History.prototype.pushState
  if (!followed && triesLeft > 0) setTimeout(() => showUrl(url, how, triesLeft - 1), PAUSE_MS)
  else if (how === 'replace') window.history.replaceState(null, '', url)
  else window.history.pushState(null, '', url)
}
