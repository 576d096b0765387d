'use client'
import { cx } from './class-names.ts'
import { CopyButton } from './copy-button.tsx'
import { useUi } from './provider.tsx'

export type Command = { tool: string; command: string }

/** One command in the words of several tools; the tool chosen is remembered. */
export function CommandBlock({ label, commands }: { label: string; commands: Command[] }) {
  const { words, preference, setPreference } = useUi()
  const chosen = commands.find(({ tool }) => tool === preference('tool')) ?? commands[0]
  if (!chosen) return null
  return (
    <section aria-label={label} className="min-w-0 overflow-hidden rounded-md border border-line bg-surface">
      <div className="flex items-center justify-between gap-2 border-b border-line pr-1 pl-3">
        <span className="truncate text-12 text-ink-3">{label}</span>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend nobody needs to see */}
        <div role="group" aria-label={words.commandFor} className="flex overflow-x-auto">
          {commands.map(({ tool }) => (
            <button
              key={tool}
              type="button"
              aria-pressed={tool === chosen.tool}
              onClick={() => setPreference('tool', tool)}
              className={cx(
                'h-8 border-b-2 px-2 text-12 focus-visible:-outline-offset-2',
                tool === chosen.tool
                  ? 'border-accent font-medium text-ink'
                  : 'border-transparent text-ink-2 hover:text-ink',
              )}
            >
              {tool}
            </button>
          ))}
        </div>
      </div>
      <div className="flex items-start gap-2 py-2 pr-2 pl-3">
        <code className="min-w-0 flex-1 py-0.5 font-mono text-13 break-all whitespace-pre-wrap">
          {chosen.command}
        </code>
        <CopyButton text={chosen.command} />
      </div>
    </section>
  )
}
