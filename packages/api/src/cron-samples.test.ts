import { cronSamples } from '@berth/contract/samples'
import { parseTrigger } from '@berth/core/replications'
import { expect, it } from 'vitest'

const { accepted, tooOften, refused, never } = cronSamples
const scheduled = (cron: string) => () => parseTrigger({ kind: 'scheduled', cron })

it.each(accepted)('a policy goes by %s', (cron) => {
  expect(scheduled(cron)()).toEqual({ kind: 'scheduled', cron })
})

it.each([...refused, ...never])('a policy does not go by %j', (cron) => {
  expect(scheduled(cron)).toThrow(/cron expression/)
})

it.each(tooOften)('%s is too often', (cron) => {
  expect(scheduled(cron)).toThrow(/too often/)
})
