import { Fragment, type JSX } from 'react'
import { type Block, headingLevels, type Inline, parseDescription } from './description-markup.ts'

/**
 * A description as its writer meant it. Everything arrives as text of React elements; there is no way for HTML.
 * `above` is the level of the page's heading that its own headings stand under.
 */
export default function DescriptionView({ text, above = 2 }: { text: string; above?: number }) {
  const blocks = parseDescription(text)
  const levels = headingLevels(blocks, above)
  let heading = -1
  return (
    <div className="flex max-w-[80ch] flex-col gap-2 text-14 break-words">
      {blocks.map((block, index) => {
        if (block.kind === 'heading') heading += 1
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text have no other identity
        return <BlockView key={index} block={block} level={levels[heading] ?? above + 1} />
      })}
    </div>
  )
}

function BlockView({ block, level }: { block: Block; level: number }) {
  if (block.kind === 'line') return <hr className="border-line" />
  if (block.kind === 'code')
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
      <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-13">
        {block.text}
      </pre>
    )
  if (block.kind === 'list') {
    const List = block.ordered ? 'ol' : 'ul'
    return (
      <List className={block.ordered ? 'list-decimal pl-6' : 'list-disc pl-6'}>
        {block.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items of one text have no other identity
          <li key={index}>
            <Inlines inlines={item} />
          </li>
        ))}
      </List>
    )
  }
  if (block.kind === 'paragraph')
    return (
      <p className="whitespace-pre-line">
        <Inlines inlines={block.inlines} />
      </p>
    )
  const Heading = `h${level}` as keyof JSX.IntrinsicElements
  return (
    <Heading className="mt-1 font-semibold first:mt-0">
      <Inlines inlines={block.inlines} />
    </Heading>
  )
}

function Inlines({ inlines }: { inlines: Inline[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one line have no other identity
  return inlines.map((inline, index) => <Fragment key={index}>{inlineView(inline)}</Fragment>)
}

function inlineView(inline: Inline) {
  if (inline.kind === 'code')
    return <code className="rounded-md bg-sunken px-1 font-mono text-13">{inline.text}</code>
  if (inline.kind === 'strong') return <strong className="font-semibold">{inline.text}</strong>
  if (inline.kind === 'emphasis') return <em>{inline.text}</em>
  if (inline.kind !== 'link') return inline.text
  return (
    <a
      href={inline.href}
      rel="noopener noreferrer nofollow ugc"
      target="_blank"
      className="rounded-md text-accent underline underline-offset-2"
    >
      {inline.text}
    </a>
  )
}
