'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Status, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { robotState } from './robot-facts.ts'

const tones = { active: 'good', soon: 'warn', expired: 'bad' } as const

export function RobotStatus({ robot }: { robot: Schemas['Robot'] }) {
  const t = useTranslations('robots.states')
  const { nowMs } = useUi()
  const state = robotState(robot, nowMs)
  return state === 'disabled' ? <Badge>{t(state)}</Badge> : <Status tone={tones[state]}>{t(state)}</Status>
}
