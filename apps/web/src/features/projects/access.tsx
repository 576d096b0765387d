'use client'
import { Badge } from '@berth/ui'
import { useTranslations } from 'next-intl'

export function Access({ isPublic }: { isPublic: boolean }) {
  const t = useTranslations('projects')
  return (
    <Badge tone={isPublic ? 'accent' : 'neutral'} icon={isPublic ? 'globe' : 'lock'}>
      {t(isPublic ? 'public' : 'private')}
    </Badge>
  )
}
