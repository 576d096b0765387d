export { listenForScrapes, type MetricsAddress, type MetricsListener, showMetrics } from './listener.ts'
export { type MetricDefinition, type MetricName, metricDefinitions } from './model.ts'
export { Metrics } from './registry.ts'
