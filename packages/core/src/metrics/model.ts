/** How a number behaves: counters only grow, gauges are what is so now, histograms count durations by their length. */
export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
  /** Of a histogram, in seconds, ascending. */
  buckets?: readonly number[]
}

const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const SHORT = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]
const LONG = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600]

/**
 * Everything that is counted. No label ever holds what people choose: no names of theirs, of repositories or tags, no
 * paths, no addresses. Prometheus' conventions: seconds, bytes, counters end in `_total`.
 */
export const metricDefinitions = {
  berth_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['part', 'version', 'node_version'],
  },

  berth_http_requests_total: {
    type: 'counter',
    help: 'Requests that the gateway answered, by the route that they fit.',
    labels: ['route', 'method', 'status'],
  },
  berth_http_request_duration_seconds: {
    type: 'histogram',
    help: 'From the head of a request to the end of its answer, bodies included.',
    labels: ['route', 'method'],
    buckets: QUICK,
  },
  berth_http_requests_in_flight: {
    type: 'gauge',
    help: 'Requests that the gateway is answering now.',
    labels: [],
  },
  berth_api_requests_total: {
    type: 'counter',
    help: 'Requests to the REST API by operation.',
    labels: ['operation', 'status'],
  },
  berth_api_request_duration_seconds: {
    type: 'histogram',
    help: 'Time that operations of the REST API took.',
    labels: ['operation'],
    buckets: QUICK,
  },
  berth_web_requests_total: {
    type: 'counter',
    help: 'Requests that the console answered, by kind.',
    labels: ['kind', 'method', 'status'],
  },
  berth_web_request_duration_seconds: {
    type: 'histogram',
    help: 'From a request to the console to the end of its answer.',
    labels: ['kind'],
    buckets: QUICK,
  },

  berth_tokens_total: {
    type: 'counter',
    help: 'Answers of the token service: issued, refused or failed.',
    labels: ['result'],
  },
  berth_authentications_total: {
    type: 'counter',
    help: 'Credentials that were checked: ok, wrong, slowed down or failed.',
    labels: ['via', 'result'],
  },

  berth_manifest_pulls_total: { type: 'counter', help: 'Manifests that clients fetched.', labels: [] },
  berth_manifest_pushes_total: { type: 'counter', help: 'Manifests that clients pushed.', labels: [] },
  berth_blob_bytes_total: {
    type: 'counter',
    help: 'Bytes of blobs that were passed on as a whole: up from clients, down to them.',
    labels: ['direction'],
  },
  berth_pull_counts_waiting: {
    type: 'gauge',
    help: 'Lines of pulls that are counted and not written down yet.',
    labels: [],
  },
  berth_registry_requests_total: {
    type: 'counter',
    help: 'Requests to the registry: for a client (proxy) or of our own (client); error when no answer came.',
    labels: ['via', 'method', 'result'],
  },
  berth_registry_request_duration_seconds: {
    type: 'histogram',
    help: 'Until the head of the registry’s answer, request bodies included.',
    labels: ['via', 'method'],
    buckets: QUICK,
  },

  berth_cache_lookups_total: {
    type: 'counter',
    help: 'Looks into what a process remembers.',
    labels: ['cache', 'result'],
  },
  berth_cache_entries: { type: 'gauge', help: 'What a process remembers, entries.', labels: ['cache'] },

  berth_db_queries_total: {
    type: 'counter',
    help: 'Prepared statements that were run, by how they ended.',
    labels: ['result'],
  },
  berth_db_query_duration_seconds: {
    type: 'histogram',
    help: 'Time of prepared statements, the wait for a connection included.',
    labels: [],
    buckets: SHORT,
  },
  berth_db_transactions_running: {
    type: 'gauge',
    help: 'Transactions under way; each holds a connection or waits for one.',
    labels: [],
  },
  berth_db_connections: {
    type: 'gauge',
    help: 'Open connections of the pools for prepared statements and for locks.',
    labels: ['pool', 'state'],
  },
  berth_db_connections_max: {
    type: 'gauge',
    help: 'Connections that each pool may open; for locks, jobs may open more.',
    labels: [],
  },
  berth_db_waiting: { type: 'gauge', help: 'Who waits for a connection of the pool.', labels: ['pool'] },

  berth_replication_tasks_total: {
    type: 'counter',
    help: 'Tasks of replications that ended, by how: Success, Error or Stopped.',
    labels: ['result'],
  },
  berth_replication_bytes_total: {
    type: 'counter',
    help: 'Bytes of blobs that replications sent: push to other registries, pull from them.',
    labels: ['direction'],
  },
  berth_job_runs_total: {
    type: 'counter',
    help: 'Jobs that ended: ok, failed for good, or retried.',
    labels: ['job', 'result'],
  },
  berth_job_duration_seconds: {
    type: 'histogram',
    help: 'Time that jobs took.',
    labels: ['job'],
    buckets: LONG,
  },
  berth_queue_jobs: {
    type: 'gauge',
    help: 'Jobs in the queue: waiting, active, delayed, failed.',
    labels: ['state'],
  },
  berth_queue_jobs_waiting: {
    type: 'gauge',
    help: 'Jobs that could run now, at most a thousand of them looked at.',
    labels: ['job'],
  },

  berth_outbox_events: {
    type: 'gauge',
    help: 'Events that not everybody has heard of: waiting, put aside to be retried, given up.',
    labels: ['state'],
  },
  berth_outbox_lag_seconds: {
    type: 'gauge',
    help: 'Age of the first event that waits; 0 when none does.',
    labels: [],
  },

  berth_audit_destination_waiting_lines: {
    type: 'gauge',
    help: 'Lines of the audit log that a receiver still has to get.',
    labels: ['destination'],
  },
  berth_audit_destination_lost_lines: {
    type: 'gauge',
    help: 'Lines that were purged before it had them.',
    labels: ['destination'],
  },
  berth_audit_unsealed_lines: {
    type: 'gauge',
    help: 'Lines of the audit log that wait for their seal, counted up to 10,000.',
    labels: [],
  },
  berth_audit_seal_lag_seconds: {
    type: 'gauge',
    help: 'Age of the first of these lines; 0 when there is none.',
    labels: [],
  },

  process_cpu_seconds_total: { type: 'counter', help: 'CPU time used, user and system.', labels: [] },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory held.', labels: [] },
  process_start_time_seconds: { type: 'gauge', help: 'When the process began, Unix time.', labels: [] },
  process_open_fds: { type: 'gauge', help: 'Open files and sockets.', labels: [] },
  nodejs_heap_used_bytes: { type: 'gauge', help: 'Heap in use.', labels: [] },
  nodejs_external_memory_bytes: { type: 'gauge', help: 'Memory of buffers and the like.', labels: [] },
  nodejs_eventloop_delay_seconds: {
    type: 'gauge',
    help: 'How late timers were since the last scrape.',
    labels: ['quantile'],
  },
  nodejs_eventloop_utilization_ratio: {
    type: 'gauge',
    help: 'Share of the time since the last scrape in which the process was busy.',
    labels: [],
  },

  berth_metrics_collect_errors_total: {
    type: 'counter',
    help: 'Numbers that could not be had for a scrape.',
    labels: ['collector'],
  },
} as const satisfies Record<string, MetricDefinition>

type Definitions = typeof metricDefinitions
export type MetricName = keyof Definitions
type OfType<T> = { [N in MetricName]: Definitions[N]['type'] extends T ? N : never }[MetricName]
export type CounterName = OfType<'counter'>
export type GaugeName = OfType<'gauge'>
export type HistogramName = OfType<'histogram'>

type ValuesOf<L extends readonly string[]> = { readonly [K in keyof L]: string | number }

/** One value for each label, in the order of the definition. */
export type LabelValues<N extends MetricName> = ValuesOf<Definitions[N]['labels']>
