/**
 * Writes src/generated from the YAML files: `node packages/contract/generate.ts`.
 *
 * The types are written by build/types.ts and not by openapi-typescript, which needs the JavaScript API of TypeScript
 * up to 6 and therefore does not start with TypeScript 7.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './build/bundle.ts'
import { addressesSource, basePathSource, operationsSource } from './build/operations.ts'
import { typesSource } from './build/types.ts'

export const generatedFolder = join(import.meta.dirname, 'src/generated')

/** File name to content, without writing anything. */
export function generate(): Record<string, string> {
  const document = bundle()
  return {
    'addresses.ts': addressesSource(document),
    'base-path.ts': basePathSource(document),
    'openapi.json': `${JSON.stringify(document, null, 1)}\n`,
    'operations.ts': operationsSource(document),
    'types.ts': typesSource(document),
  }
}

if (import.meta.main) {
  mkdirSync(generatedFolder, { recursive: true })
  for (const [name, content] of Object.entries(generate())) {
    writeFileSync(join(generatedFolder, name), content)
  }
}
