'use client'
import { useTranslations } from 'next-intl'

/** In the order of power, the most powerful first. */
export const roleIds = [1, 4, 2, 3, 5] as const
export type RoleId = (typeof roleIds)[number]

export function isRoleId(id: number | undefined): id is RoleId {
  return roleIds.some((role) => role === id)
}

/** A project admin's role is never limited to repositories: the API refuses it. */
export const canBeLimited = (roleId: number | undefined): boolean => roleId !== 1

/** A project role in words; a dash where there is none. */
export function RoleName({ roleId }: { roleId: number | undefined }) {
  const t = useTranslations('members')
  return isRoleId(roleId) ? t(`roles.${roleId}`) : '–'
}
