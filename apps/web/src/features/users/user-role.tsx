'use client'
import type { Schemas } from '@berth/contract'
import { Badge } from '@berth/ui'
import { useTranslations } from 'next-intl'

/** Whether somebody administers the installation, and by what. */
export function UserRole({ user }: { user: Schemas['UserResp'] }) {
  const t = useTranslations('users')
  if (!user.sysadmin_flag && !user.admin_role_in_auth) return t('user')
  return (
    <Badge tone="accent" icon="shield">
      {t(user.sysadmin_flag ? 'admin' : 'adminByGroup')}
    </Badge>
  )
}
