import { expect, test } from 'vitest'
import { indentedJson } from './indented-json.ts'

test('compact JSON is spread over lines, and the page says so', () => {
  expect(indentedJson('{"a":[1]}')).toEqual({ shown: '{\n  "a": [\n    1\n  ]\n}', changed: true })
})

test('what was pushed indented, or is no JSON, is shown as it is', () => {
  expect(indentedJson('{\n  "a": 1\n}')).toEqual({ shown: '{\n  "a": 1\n}', changed: false })
  expect(indentedJson('name: chart')).toEqual({ shown: 'name: chart', changed: false })
})
