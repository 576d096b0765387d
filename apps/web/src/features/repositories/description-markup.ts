/**
 * A small part of Markdown as data. Nothing here makes HTML: what is not understood stays text, and addresses other
 * than http, https and mailto stay text too, so that a description can carry no script (CVE-2025-32019).
 */
export type Inline =
  | { kind: 'text' | 'code' | 'strong' | 'emphasis'; text: string }
  | { kind: 'link'; text: string; href: string }

export type Block =
  | { kind: 'heading'; level: number; inlines: Inline[] }
  | { kind: 'paragraph'; inlines: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'line' }

const listItem = /^\s{0,3}(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/
const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/
const fence = /^\s{0,3}(```|~~~)/
const rule = /^\s{0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/

export function parseDescription(source: string): Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  let at = 0
  /** Takes lines as long as they belong to the block. */
  const take = (belongs: (line: string) => boolean): string[] => {
    const from = at
    while (at < lines.length && belongs(lines[at]!)) at += 1
    return lines.slice(from, at)
  }
  while (at < lines.length) {
    const line = lines[at]!
    const title = heading.exec(line)
    const mark = fence.exec(line)?.[1]
    if (line.trim() === '') at += 1
    else if (mark) {
      at += 1
      blocks.push({ kind: 'code', text: take((one) => !one.trimStart().startsWith(mark)).join('\n') })
      at += 1
    } else if (title) {
      blocks.push({ kind: 'heading', level: title[1]!.length, inlines: parseInline(title[2]!) })
      at += 1
    } else if (rule.test(line)) {
      blocks.push({ kind: 'line' })
      at += 1
    } else if (listItem.test(line)) blocks.push(list(take((one) => one.trim() !== '' && !startsOther(one))))
    else {
      const text = take((one) => one.trim() !== '' && !startsOther(one) && !listItem.test(one))
      blocks.push({ kind: 'paragraph', inlines: parseInline(text.join('\n')) })
    }
  }
  return blocks
}

const startsOther = (line: string) => heading.test(line) || fence.test(line) || rule.test(line)

function list(lines: string[]): Block {
  const items: string[] = []
  for (const line of lines) {
    const item = listItem.exec(line)
    if (item) items.push(item[3]!)
    else items.push(`${items.pop() ?? ''}\n${line.trim()}`)
  }
  const ordered = listItem.exec(lines[0]!)?.[2] !== undefined
  return { kind: 'list', ordered, items: items.map(parseInline) }
}

// Every alternative begins with a character of its own and none repeats a repetition: time stays linear.
const marks =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|\[([^[\]\n]+)\]\(([^()\s]+)\)|\b(https?:\/\/[^\s<>"'`)\]]*[^\s<>"'`)\].,;:!?])/g

export function parseInline(text: string): Inline[] {
  const inlines: Inline[] = []
  let from = 0
  for (const match of text.matchAll(marks)) {
    const [whole, code, strong, emphasis, label, target, bare] = match
    const inline = understand({ code, strong, emphasis, label, target, bare })
    if (!inline) continue
    if (match.index > from) inlines.push({ kind: 'text', text: text.slice(from, match.index) })
    inlines.push(inline)
    from = match.index + whole.length
  }
  if (from < text.length) inlines.push({ kind: 'text', text: text.slice(from) })
  return inlines
}

type Found = Record<'code' | 'strong' | 'emphasis' | 'label' | 'target' | 'bare', string | undefined>

function understand({ code, strong, emphasis, label, target, bare }: Found): Inline | undefined {
  if (code) return { kind: 'code', text: code }
  if (strong) return { kind: 'strong', text: strong }
  if (emphasis) return { kind: 'emphasis', text: emphasis }
  const href = safeAddress(target ?? bare)
  return href ? { kind: 'link', text: label ?? bare ?? href, href } : undefined
}

function safeAddress(target: string | undefined): string | undefined {
  if (!target || !URL.canParse(target)) return undefined
  const { protocol, href } = new URL(target)
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : undefined
}

/** Levels of the page for headings of a text: they begin below the page's own `above` and never skip one. */
export function headingLevels(blocks: Block[], above: number): number[] {
  const levels: number[] = []
  const open: { written: number; shown: number }[] = []
  for (const block of blocks) {
    if (block.kind !== 'heading') continue
    while (open.length > 0 && open.at(-1)!.written >= block.level) open.pop()
    const shown = Math.min((open.at(-1)?.shown ?? above) + 1, 6)
    open.push({ written: block.level, shown })
    levels.push(shown)
  }
  return levels
}
