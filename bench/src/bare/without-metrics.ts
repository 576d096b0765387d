import { registerHooks } from 'node:module'

// Loaded before a gateway, to learn what its metrics cost: from the class that counts the counting is taken away.
const COUNTER = '/core/src/metrics/registry.ts'
const NOTHING = `
for (const name of ['add', 'set', 'replace', 'observe']) Metrics.prototype[name] = () => {}
`

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(COUNTER)) return loaded
    console.log('without metrics')
    return { ...loaded, source: `${loaded.source}${NOTHING}` }
  },
})
