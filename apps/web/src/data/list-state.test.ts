import { describe, expect, it } from 'vitest'
import { changedUrl, readListState, toParams } from './list-state.ts'

const sorts = ['name', 'creation_time']
const read = (query: string) => readListState(new URLSearchParams(query), sorts)

describe('readListState', () => {
  it('reads what is there', () => {
    expect(read('q=ngi&sort=-name&page=3')).toEqual({ q: 'ngi', sort: '-name', page: 3 })
  })
  it.each(['page=0', 'page=-1', 'page=1.5', 'page=x', 'page=', 'page=99999999999999999999'])(
    '%s is page 1',
    (query) => {
      expect(read(query).page).toBe(1)
    },
  )
  it.each(['sort=password', 'sort=--name', 'sort=-', 'sort='])('%s is the default order', (query) => {
    expect(read(query).sort).toBe('')
  })
  it('cuts a filter that is too long to be one', () => {
    expect(read(`q=${'x'.repeat(999)}`).q).toHaveLength(255)
  })
})

describe('changedUrl', () => {
  it('a new filter begins at page 1 and keeps the rest', () => {
    expect(changedUrl('/projects', 'sort=name&page=4', { q: 'a b' })).toBe('/projects?sort=name&q=a+b')
  })
  it('defaults leave the URL', () => {
    expect(changedUrl('/projects', 'q=x&page=2', { q: '', page: 1 })).toBe('/projects')
  })
  it('what it writes is what is read', () => {
    const url = changedUrl('/projects', '', { q: 'ü&=?', sort: '-name', page: 7 })
    expect(read(url.split('?')[1] ?? '')).toEqual({ q: 'ü&=?', sort: '-name', page: 7 })
  })
})

it('a parameter given twice counts once', () => {
  expect(toParams({ q: ['a', 'b'], page: '2', x: undefined }).toString()).toBe('q=a&page=2')
})
