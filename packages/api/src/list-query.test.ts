import { describe, expect, it } from 'vitest'
import { parseFilters, parseListQuery, parseSort } from './list-query.ts'

const refused = expect.objectContaining({ code: 'BAD_REQUEST' })

describe('q', () => {
  it.each([
    ['name=demo', [{ field: 'name', match: 'exact', value: 'demo' }]],
    ['name=~em', [{ field: 'name', match: 'fuzzy', value: 'em' }]],
    ['name=\\~em', [{ field: 'name', match: 'exact', value: '~em' }]],
    ['name=\\\\', [{ field: 'name', match: 'exact', value: '\\' }]],
    ['name=a=b', [{ field: 'name', match: 'exact', value: 'a=b' }]],
    ['size=[1~10]', [{ field: 'size', match: 'range', min: 1, max: 10 }]],
    ['size=[~10]', [{ field: 'size', match: 'range', min: undefined, max: 10 }]],
    ['size=[1~]', [{ field: 'size', match: 'range', min: 1, max: undefined }]],
    [
      'push_time=[2026-01-02T03:04:05~]',
      [{ field: 'push_time', match: 'range', min: new Date('2026-01-02T03:04:05Z'), max: undefined }],
    ],
    ['tag={a b "c d"}', [{ field: 'tag', match: 'any', values: ['a', 'b', 'c d'] }]],
    ["name={'a,b' 2}", [{ field: 'name', match: 'any', values: ['a,b', 2] }]],
    ['name=~a,b', [{ field: 'name', match: 'fuzzy', value: 'a,b' }]],
    [
      'name=~"a,b=c",size=1',
      [
        { field: 'name', match: 'fuzzy', value: 'a,b=c' },
        { field: 'size', match: 'exact', value: '1' },
      ],
    ],
    [`name=~'say "a,b=c"'`, [{ field: 'name', match: 'fuzzy', value: 'say "a,b=c"' }]],
    ['name=~"a', [{ field: 'name', match: 'fuzzy', value: '"a' }]],
    [`name=~it's, that's`, [{ field: 'name', match: 'fuzzy', value: `it's, that's` }]],
    ['name=~""', [{ field: 'name', match: 'fuzzy', value: '""' }]],
    [
      'name=~a, b,c,size=1',
      [
        { field: 'name', match: 'fuzzy', value: 'a, b,c' },
        { field: 'size', match: 'exact', value: '1' },
      ],
    ],
    ['labels=(1 2)', [{ field: 'labels', match: 'all', values: [1, 2] }]],
    [
      'a=1,b=~2,c=[1~2]',
      [
        { field: 'a', match: 'exact', value: '1' },
        { field: 'b', match: 'fuzzy', value: '2' },
        { field: 'c', match: 'range', min: 1, max: 2 },
      ],
    ],
    // Names as Harbor's source has them, and operators behind a name.
    ['Name=demo', [{ field: 'name', match: 'exact', value: 'demo' }]],
    ['ProjectID=1', [{ field: 'project_id', match: 'exact', value: '1' }]],
    [
      'CreationTime=[2026-01-02T03:04:05~]',
      [{ field: 'creation_time', match: 'range', min: new Date('2026-01-02T03:04:05Z'), max: undefined }],
    ],
    ['name__exact=~x', [{ field: 'name', match: 'fuzzy', value: 'x' }]],
    ['name__icontains=alp', [{ field: 'name', match: 'fuzzy', value: 'alp' }]],
    ['Name__icontains=~alp', [{ field: 'name', match: 'fuzzy', value: 'alp' }]],
    ['name__in={alpha beta}', [{ field: 'name', match: 'any', values: ['alpha', 'beta'] }]],
    ['name__in=alpha', [{ field: 'name', match: 'any', values: ['alpha'] }]],
    ['project_id__gte=2', [{ field: 'project_id', match: 'range', min: 2 }]],
    ['ProjectID__lte=2', [{ field: 'project_id', match: 'range', max: 2 }]],
    ['project_id__gt=2', [{ field: 'project_id', match: 'range', min: 2, exclusive: true }]],
    [
      'creation_time__lt=2026-01-02T03:04:05',
      [{ field: 'creation_time', match: 'range', max: new Date('2026-01-02T03:04:05Z'), exclusive: true }],
    ],
    ['name__regex=x', [{ field: 'name__regex', match: 'exact', value: 'x' }]],
    ['__in=x', [{ field: '__in', match: 'exact', value: 'x' }]],
    // Decoded a second time, as Harbor does.
    ['name%3D~a%252Fb', [{ field: 'name', match: 'fuzzy', value: 'a%2Fb' }]],
    ['name=a%2Fb', [{ field: 'name', match: 'exact', value: 'a/b' }]],
    ['name=a+b', [{ field: 'name', match: 'exact', value: 'a b' }]],
    ['', []],
    [undefined, []],
  ])('%s', (text, filters) => {
    expect(parseFilters(text)).toEqual(filters)
  })

  it.each([
    'name',
    'name=',
    '=x',
    ',',
    'name=x,',
    'name=~x,',
    'name=x,y',
    'name= ',
    'size=[1]',
    'size=[1~2',
    'size=[~]',
    'size=[1~2~3]',
    'tag={a',
    'tag={}',
    'tag=()',
    'tag=(a}',
    'name=%',
    'name=%zz',
    'name=%ff',
    'name=%00',
    `name=${'x'.repeat(5000)}`,
    Array(40).fill('a=b').join(','),
    `a={${'1 '.repeat(300)}}`,
    'name__in=~a',
    'name__gte={a b}',
    'name__lt=[1~2]',
    'name__icontains={a}',
  ])('refuses %s', (text) => {
    expect(() => parseFilters(text)).toThrow(refused)
  })

  it('reads hostile text in linear time', () => {
    const before = process.threadCpuUsage()
    for (const text of [`a={${"'".repeat(4_000)}}`, `a=[${'~'.repeat(4_000)}]`, `a=(${'"x '.repeat(1_000)})`])
      try {
        parseFilters(text)
      } catch (error) {
        expect(error).toEqual(refused)
      }
    // Of the processor, in microseconds: that others are at work makes it no more.
    expect(process.threadCpuUsage(before).user).toBeLessThan(500_000)
  })
})

describe('sort', () => {
  it('names fields, a minus turns one round, empty parts do not count', () => {
    expect(parseSort('name,-creation_time,,-')).toEqual([
      { field: 'name', descending: false },
      { field: 'creation_time', descending: true },
    ])
    expect(parseSort('-CreationTime,RepoCount,ProjectID,hard.storage')).toEqual([
      { field: 'creation_time', descending: true },
      { field: 'repo_count', descending: false },
      { field: 'project_id', descending: false },
      { field: 'hard.storage', descending: false },
    ])
    expect(parseSort(undefined)).toEqual([])
  })
})

it('keeps page and page size where offsets stay whole numbers', () => {
  expect(parseListQuery({ page: -3, page_size: -1 })).toMatchObject({ page: 1, pageSize: 0 })
  expect(parseListQuery({ page: Number.MAX_SAFE_INTEGER, page_size: 100 }).page).toBe(1_000_000_000)
  expect(parseListQuery({})).toEqual({ filters: [], sort: [], page: 1, pageSize: 10 })
})
