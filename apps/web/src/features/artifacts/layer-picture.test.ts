import { describe, expect, test } from 'vitest'
import { layerSegments, percentText, stepsOfLayers, stepText } from './layer-picture.ts'

const sizes = (...all: number[]) => all.map((sizeBytes) => ({ sizeBytes }))
const sum = (all: { percent: number }[]) => all.reduce((total, { percent }) => total + percent, 0)

describe('layerSegments', () => {
  test('widths follow the sizes and fill the bar', () => {
    expect(layerSegments(sizes(300, 100))).toEqual([
      { layer: 0, percent: 75, count: 1 },
      { layer: 1, percent: 25, count: 1 },
    ])
  })
  test('neighbours too thin to see become one segment, and nothing is lost', () => {
    const segments = layerSegments(sizes(5000, 1, 2, 5000, 3, 4000))
    expect(segments.map(({ layer, count }) => [layer, count])).toEqual([
      [0, 1],
      [null, 2],
      [3, 1],
      [null, 1],
      [5, 1],
    ])
    expect(sum(segments)).toBeCloseTo(100, 9)
  })
  test('127 layers of one size still fill the bar', () => {
    expect(sum(layerSegments(sizes(...Array.from({ length: 127 }, () => 10))))).toBeCloseTo(100, 9)
  })
  test('no layers or only empty ones draw nothing', () => {
    expect(layerSegments([])).toEqual([])
    expect(layerSegments(sizes(0, 0))).toEqual([])
  })
})

const step = (createdBy: string, emptyLayer = false) => ({
  createdBy,
  emptyLayer,
  createdAt: null,
  comment: '',
})

describe('stepsOfLayers', () => {
  test('steps without a layer are passed over', () => {
    const steps = [step('ADD rootfs'), step('ENV A=1', true), step('COPY app')]
    expect(stepsOfLayers(steps, 2)?.map(({ createdBy }) => createdBy)).toEqual(['ADD rootfs', 'COPY app'])
  })
  test('lists that do not fit say nothing rather than something wrong', () => {
    expect(stepsOfLayers([step('ADD rootfs')], 2)).toBeNull()
    expect(stepsOfLayers([], 0)).toBeNull()
  })
})

test('a step reads as it was written', () => {
  expect(stepText('/bin/sh -c #(nop)  CMD ["sh"]')).toBe('CMD ["sh"]')
  expect(stepText('/bin/sh -c apt-get update')).toBe('RUN apt-get update')
  expect(stepText('RUN /bin/sh -c npm ci # buildkit')).toBe('RUN npm ci')
  expect(stepText('RUN |1 VERSION=3 /bin/sh -c make # buildkit')).toBe('RUN make')
  expect(stepText('COPY /src /app # buildkit')).toBe('COPY /src /app')
})

test('a small share does not read as none', () => {
  expect(percentText(12.54, 'en')).toBe('12.5%')
  expect(percentText(0.01, 'en')).toBe('<0.1%')
  expect(percentText(0, 'en')).toBe('0%')
})
