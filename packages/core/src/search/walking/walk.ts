import type { ProjectSet } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import type { Place, Span } from '../model.ts'
import { segments } from './segments.ts'
import type { Source } from './sources.ts'
import { readSegment } from './store.ts'

/**
 * At most `count` rows behind `from`: first what equals the span's text, then what begins with it; within that the
 * actor's own projects before others. Over all projects in the order of terms, else in the order of projects. No row
 * of a project outside the set is read, so none can slow the walk down or be guessed from its time.
 */
export async function walk(
  core: Core,
  source: Source,
  set: ProjectSet,
  span: Span,
  count: number,
  from?: Place,
): Promise<Place[]> {
  const found: Place[] = []
  for (const segment of segments(set, span, from)) {
    if (found.length >= count) break
    found.push(...(await readSegment(core, source, segment, span.end, count - found.length)))
  }
  return found
}
