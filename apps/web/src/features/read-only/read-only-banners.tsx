'use client'
import { Banner, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useViewer } from '@/features/frame/providers.tsx'
import { useProject } from '@/features/projects/use-project.ts'
import { isProjectReadOnly } from './read-only.ts'
import { useSystemReadOnly } from './use-read-only.ts'

/** Above every page while the installation is read-only. */
export function SystemReadOnlyBanner() {
  const t = useTranslations('readOnly')
  const viewer = useViewer()
  const { Link } = useUi()
  if (!useSystemReadOnly()) return null
  return (
    <div className="mb-4">
      <Banner
        tone="warn"
        title={t('system')}
        action={
          viewer?.sysadmin_flag && (
            <Link href="/configurations" className="rounded-md font-medium underline underline-offset-2">
              {t('systemAction')}
            </Link>
          )
        }
      >
        {t('systemHelp')}
      </Banner>
    </div>
  )
}

/** On the pages of a project that is read-only by itself. */
export function ProjectReadOnlyBanner({ project }: { project: string }) {
  const t = useTranslations('readOnly')
  const system = useSystemReadOnly()
  const facts = useProject(project)
  if (system || !isProjectReadOnly(facts)) return null
  return (
    <Banner tone="warn" title={t('project', { project })}>
      {t('help')}
    </Banner>
  )
}
