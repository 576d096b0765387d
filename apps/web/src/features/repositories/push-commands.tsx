'use client'
import { CommandBlock } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { firstPushCommands } from './commands.ts'
import { useRegistry } from './use-registry.ts'

/** How to push into this project, ready to paste. The host is the one the installation names for clients. */
export function PushCommands({ project }: { project: string }) {
  const t = useTranslations('repositories')
  const registry = useRegistry()
  if (!registry) return null
  return (
    <div className="mt-4">
      <CommandBlock
        label={t('pushCommands')}
        commands={firstPushCommands(registry, `${project}/REPOSITORY:TAG`)}
      />
    </div>
  )
}
