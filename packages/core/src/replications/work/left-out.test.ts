import { expect, it } from 'vitest'
import { invalidWords, noteInvalid, notesIn, nothingInvalid } from './left-out.ts'

it('what stands behind the counts of a run is told apart, each with its word', () => {
  const invalid = nothingInvalid()
  noteInvalid(invalid.repositories, 'No; /Name')
  noteInvalid(invalid.tags, 'team/app:a tag')
  const [repositories, tags] = invalidWords(invalid)
  const labels = 'a registry of the type quay knows no labels: a filter that wants some lets nothing pass'
  const counts = '1 artifacts to copy, 0 tags were in step, 2 repositories could not be compared'
  expect(notesIn([counts, labels, repositories, tags].join('; '))).toEqual([
    { reason: 'no_labels', sentence: labels },
    { reason: 'left_out', sentence: repositories },
    { reason: 'left_out', sentence: tags },
  ])
})

it.each([
  '',
  '3 tags are in step',
  'skipped: the replication before it is still under way',
  'denied: no; not you',
])('"%s" says no more than that', (message) => expect(notesIn(message)).toEqual([]))
