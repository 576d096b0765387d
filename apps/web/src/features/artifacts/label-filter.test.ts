import { describe, expect, it } from 'vitest'
import { artifactQuery } from './artifact-query.ts'
import { labelCondition, labelNames } from './label-filter.ts'

describe('labels in the filter', () => {
  it('are named once each, with quotes around spaces', () => {
    expect(labelNames('label:tested v1 label:"for release" label:tested')).toEqual(['tested', 'for release'])
  })
  const found = [
    { id: 4, name: 'tested' },
    { id: 9, name: 'tested' },
    { id: 5, name: 'for release' },
  ]
  it('of one name may be the one of the project or the global one', () => {
    expect(labelCondition(['tested'], found)).toBe('labels={4 9}')
  })
  it('of several names must all be there', () => {
    expect(labelCondition(['tested', 'for release'], found)).toBe('labels=(4 5)')
  })
  it('that nobody made match nothing', () => {
    expect(labelCondition(['lost'], found)).toBe('labels={0}')
    expect(labelCondition(['tested', 'lost'], found)).toBe('labels=(4 0)')
  })
  it('join the other conditions and are not taken for tags', () => {
    expect(artifactQuery('label:tested v1', false, 'labels={4}')).toBe('tags=~v1,labels={4}')
  })
})
