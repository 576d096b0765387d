'use client'
import { Banner, CommandBlock, CopyButton } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { useRegistry } from '@/features/repositories/use-registry.ts'
import { robotLoginCommands } from './robot-commands.ts'

/** What a robot signs in with. Berth cannot show the secret a second time: it keeps only its hash. */
export default function RobotSecret({ name, secret }: { name: string; secret: string }) {
  const t = useTranslations('robots.secret')
  const registry = useRegistry()
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Banner tone="warn" title={t('once')}>
        {t('onceHelp')}
      </Banner>
      <Facts>
        <Fact name={t('name')}>
          <Copyable text={name} />
        </Fact>
        <Fact name={t('secret')}>
          <Copyable text={secret} />
        </Fact>
      </Facts>
      {registry && <CommandBlock label={t('signIn')} commands={robotLoginCommands(registry, name)} />}
      <p className="text-12 text-ink-3">{t('quotes')}</p>
    </div>
  )
}

function Copyable({ text }: { text: string }) {
  return (
    <span className="flex items-start gap-1">
      <code className="min-w-0 py-0.5 font-mono text-13 break-all">{text}</code>
      <CopyButton text={text} />
    </span>
  )
}
