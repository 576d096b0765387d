/** What the console says of something, and below it the English of whoever said so, unless that is the same. */
export function Explained({ words, sentence }: { words: string | undefined; sentence: string | undefined }) {
  if (!words && !sentence) return null
  return (
    <span className="flex min-w-0 flex-col gap-0.5 text-12 wrap-anywhere">
      {words && <span>{words}</span>}
      {sentence && bare(sentence) !== bare(words) && (
        <span lang="en" className="text-ink-2">
          {sentence}
        </span>
      )}
    </span>
  )
}

const bare = (text = ''): string => text.trim().replace(/\.$/, '').toLowerCase()
