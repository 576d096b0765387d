import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MetricDefinition, metricDefinitions } from '@berth/core/metrics'
import { settings } from '@berth/core/settings'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../start/build.ts'

const text = (path: string) => readFileSync(join(root, path), 'utf8')
const definitions: Record<string, MetricDefinition> = metricDefinitions

interface Panel {
  id: number
  type: string
  title: string
  targets?: { expr: string }[]
}
const dashboard = JSON.parse(text('deploy/grafana/berth.json')) as { panels: Panel[] }
const alerts = parse(text('deploy/prometheus/alerts.yml')) as {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[]
}
const expressions = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
]

/** A metric and the labels that are asked of it, in a PromQL expression. */
const asked = (expr: string) =>
  [...expr.matchAll(/\b((?:berth|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g)].map(([, name, matchers]) => ({
    name: name!.replace(/_(bucket|sum|count)$/, ''),
    labels: [...(matchers ?? '').matchAll(/(\w+)\s*[=!]~?/g)].map(([, label]) => label!),
  }))

it('the dashboard and the alerts name only metrics and labels that there are', () => {
  expect(expressions.length).toBeGreaterThan(40)
  for (const expr of expressions)
    for (const { name, labels } of asked(expr)) {
      expect([expr, name, name in definitions]).toEqual([expr, name, true])
      // Those that Prometheus adds to everything it reads.
      const known = [...definitions[name]!.labels, 'job', 'instance']
      expect([expr, labels.filter((label) => !known.includes(label))]).toEqual([expr, []])
    }
})

it('the dashboard shows everything that is counted of Berth', () => {
  const shown = new Set(
    dashboard.panels
      .flatMap(({ targets = [] }) => targets)
      .flatMap(({ expr }) => asked(expr))
      .map(({ name }) => name),
  )
  const missing = Object.keys(definitions).filter((name) => name.startsWith('berth_') && !shown.has(name))
  expect(missing).toEqual([
    'berth_pull_counts_waiting',
    'berth_cache_entries',
    'berth_audit_seal_lag_seconds',
    'berth_metrics_collect_errors_total',
  ])
})

it('every panel has an id of its own', () => {
  const ids = dashboard.panels.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

it('the operations guide has a line for every metric', () => {
  const guide = text('docs/operations/metrics.md')
  const lines = [...guide.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name)
  expect(lines.sort()).toEqual(Object.keys(definitions).sort())
})

it('the overlay of compose switches metrics on in our own parts, with settings that there are', () => {
  type Services = Record<string, { environment: Record<string, string>; ports?: string[] }>
  const { services } = parse(text('deploy/compose.metrics.yml')) as { services: Services }
  expect(Object.keys(services).sort()).toEqual(['gateway', 'jobs', 'web'])
  const scraped = text('deploy/prometheus/scrape.yml')
  for (const [name, { environment, ports }] of Object.entries(services)) {
    expect(ports).toBeUndefined()
    expect(Object.keys(environment).filter((setting) => !(setting in settings))).toEqual([])
    expect(scraped).toContain(`"${name}:${environment.BERTH_METRICS_PORT}"`)
  }
})
