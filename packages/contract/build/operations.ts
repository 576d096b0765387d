import { listOperations, type OpenApi, type Parameter } from '../src/openapi.ts'

const header = '// Generated from the YAML files of this package by generate.ts. Do not edit.\n'

function types(parameters: Parameter[], place: Parameter['in']): string {
  const entries = parameters
    .filter((parameter) => parameter.in === place)
    .map((parameter) => `${key(parameter.name)}: '${parameter.schema.type}'`)
  return entries.length === 0 ? '' : `{ ${entries.join(', ')} }`
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`
}

/** All that a client needs to know of an operation: every page of the console loads this. */
export function addressesSource(document: OpenApi): string {
  const rows = listOperations(document).map(
    ({ id, method, path }) => `  ${id}: '${method.toUpperCase()} ${path}',\n`,
  )
  return `${header}
/** operationId → method and path beneath \`basePath\`. */
export const addresses = {
${rows.join('')}} as const
`
}

/** Where the API is on its server; in a file of its own, so that who needs only this does not get the table. */
export const basePathSource = (document: OpenApi): string =>
  `${header}\nexport const basePath = '${document.servers[0]!.url}'\n`

/** The table a server needs: no prose, no limits, nothing that is true of every operation. */
export function operationsSource(document: OpenApi): string {
  const rows = listOperations(document).map(({ id, method, path, spec, parameters }) => {
    const own = parameters.filter(({ name }) => name !== 'X-Request-Id')
    const success = Object.keys(spec.responses).filter((status) => status.startsWith('2'))
    const parts = [
      `method: '${method.toUpperCase()}'`,
      `path: '${path}'`,
      `tag: '${spec.tags[0]}'`,
      ...(['path', 'query', 'header'] as const).flatMap((place) => {
        const found = types(own, place)
        return found ? [`${place === 'path' ? 'params' : place}: ${found}`] : []
      }),
      ...(spec.requestBody ? [`body: '${spec.requestBody.required ? 'required' : 'optional'}'`] : []),
      `success: [${success.join(', ')}]`,
    ]
    return `  ${id}: { ${parts.join(', ')} },\n`
  })
  return `${header}import type { OperationSpec } from '../operation.ts'

export const operations = {
${rows.join('')}} as const satisfies Record<string, OperationSpec>
`
}
