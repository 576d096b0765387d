import { afterEach, expect, it, vi } from 'vitest'
import { showUrl } from './show-url.ts'

afterEach(() => vi.unstubAllGlobals())

function browser() {
  const seen: string[] = []
  class History {
    pushState(_data: unknown, _title: string, url: string) {
      seen.push(`unheard ${url}`)
    }
    replaceState(data: unknown, title: string, url: string) {
      this.pushState(data, title, url)
    }
  }
  const history = new History()
  vi.stubGlobal('History', History)
  vi.stubGlobal('window', { history })
  /** What Next does when its router is mounted. */
  const mount = () => {
    history.pushState = (_data, _title, url) => void seen.push(`push ${url}`)
    history.replaceState = (_data, _title, url) => void seen.push(`replace ${url}`)
  }
  return { seen, mount }
}

it('a change of the URL before the router is there waits for it', async () => {
  const { seen, mount } = browser()
  showUrl('/projects?page=2', 'push')
  expect(seen).toEqual([])
  mount()
  await vi.waitFor(() => expect(seen).toEqual(['push /projects?page=2']))
})

it('afterwards it is made at once', () => {
  const { seen, mount } = browser()
  mount()
  showUrl('/a', 'push')
  showUrl('/b', 'replace')
  expect(seen).toEqual(['push /a', 'replace /b'])
})

it('without a router that follows, the URL changes all the same in the end', async () => {
  const { seen } = browser()
  showUrl('/a', 'push', 2)
  await vi.waitFor(() => expect(seen).toEqual(['unheard /a']))
})
