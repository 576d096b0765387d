import { expect, it } from 'vitest'
import { invalidNotes, noteInvalid, nothingInvalid } from './left-out.ts'

it('of names that are not valid the first ones are told, and how many there are', () => {
  const invalid = nothingInvalid()
  expect(invalidNotes(invalid)).toEqual([])
  noteInvalid(invalid.repositories, 'No; /Name')
  for (const tag of ['a tag', '.dot', 'ä', '-']) noteInvalid(invalid.tags, `team/app:${tag}`)
  expect(invalidNotes(invalid)).toEqual([
    { reason: 'left_out', sentence: '1 repositories are left out, whose names are not valid: No; /Name' },
    {
      reason: 'left_out',
      sentence:
        '4 tags are left out, whose names are not valid: team/app:a tag, team/app:.dot, team/app:ä, …',
    },
  ])
})
