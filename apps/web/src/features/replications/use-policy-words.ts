'use client'
import type { Schemas } from '@berth/contract'
import { useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { usualTime } from './cron-times.ts'
import { triggerOf } from './trigger.ts'

// A Sunday, in UTC.
const SUNDAY_MS = Date.UTC(2026, 0, 4)
const DAY_MS = 86_400_000

/** What a policy does and when, in the person's language. */
export function usePolicyWords() {
  const t = useTranslations('replications')
  const { locale } = useUi()
  const clock = (hour: number, minute: number) =>
    new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      hour12: false,
      timeZone: 'UTC',
    }).format(SUNDAY_MS + (hour * 60 + minute) * 60_000)
  const weekday = (day: number) =>
    new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(SUNDAY_MS + day * DAY_MS)

  /** A schedule in words where it is a usual one, else as it is written. */
  function schedule(cron: string): string {
    const usual = usualTime(cron)
    if (!usual) return t('schedule.cron', { cron })
    if (usual.kind === 'hourly') return t('schedule.hourly', { minute: usual.minute })
    const time = clock(usual.hour, usual.minute)
    return usual.kind === 'daily'
      ? t('schedule.daily', { time })
      : t('schedule.weekly', { day: weekday(usual.weekday), time })
  }

  function trigger(policy: Schemas['ReplicationPolicy']): string {
    const type = triggerOf(policy)
    return type === 'scheduled'
      ? schedule(policy.trigger?.trigger_settings?.cron ?? '')
      : t(`triggers.${type}`)
  }

  function filter({ type, value, decoration }: Schemas['ReplicationFilter']): string {
    const text = Array.isArray(value) ? value.join(', ') : String(value)
    const excludes = decoration === 'excludes'
    switch (type) {
      case 'name':
      case 'semver':
        return t(`filterWords.${type}`, { value: text })
      case 'newest':
        return t('filterWords.newest', { count: Number(value) })
      case 'tag':
        return t(excludes ? 'filterWords.notTag' : 'filterWords.tag', { value: text })
      case 'label':
        return t(excludes ? 'filterWords.notLabel' : 'filterWords.label', { value: text })
      default:
        return t(value === 'artifact' ? 'filterWords.artifact' : 'filterWords.image')
    }
  }

  /** Kilobits a second in the unit that is easier to read. */
  function speed(kbps: number): string {
    const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
    return kbps >= 1_000
      ? t('mbit', { speed: number.format(kbps / 1_000) })
      : t('kbit', { speed: number.format(kbps) })
  }

  return { schedule, speed, trigger, filter }
}
