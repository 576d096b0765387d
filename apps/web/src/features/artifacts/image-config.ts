import { parseObject, toFields, toPairs, toText, toTexts } from './json-fields.ts'

/** How an image runs (OCI image-spec, image configuration). Empty texts and lists mean "not set". */
export type ImageConfig = {
  entrypoint: string[]
  command: string[]
  shell: string[]
  healthCheck: string[]
  workdir: string
  user: string
  stopSignal: string
  ports: string[]
  volumes: string[]
  environment: [name: string, value: string][]
  labels: [name: string, value: string][]
}

/** `text` is the configuration as pushed; fields of unexpected kinds count as not set. */
export function readImageConfig(text: unknown): ImageConfig {
  const config = toFields(parseObject(text).config)
  return {
    entrypoint: toTexts(config.Entrypoint),
    command: toTexts(config.Cmd),
    shell: toTexts(config.Shell),
    healthCheck: toTexts(toFields(config.Healthcheck).Test),
    workdir: toText(config.WorkingDir),
    user: toText(config.User),
    stopSignal: toText(config.StopSignal),
    ports: Object.keys(toFields(config.ExposedPorts)),
    volumes: Object.keys(toFields(config.Volumes)),
    environment: toTexts(config.Env).map(splitVariable),
    labels: toPairs(config.Labels).sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}

// A variable without an equals sign is set to nothing; its value may hold further ones.
function splitVariable(variable: string): [string, string] {
  const at = variable.indexOf('=')
  return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)]
}

/** A list of arguments as it stands in a Dockerfile: `["nginx", "-g", "daemon off;"]`. */
export function argumentsText(list: readonly string[]): string {
  return list.length === 0 ? '' : `[${list.map((one) => JSON.stringify(one)).join(', ')}]`
}
