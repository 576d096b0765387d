import type { ReactNode, SVGProps } from 'react'

// Drawn for Berth on a 16 px grid, 1.5 px strokes, so that they sit well beside 13 px text.
const shapes = {
  projects: <path d="M2 5.5 8 2.5l6 3-6 3-6-3Zm0 0v5l6 3 6-3v-5M8 8.5v5" />,
  repository: <path d="M2.5 3.5h11v4h-11zM2.5 8.5h11v4h-11zM5 5.5h.01M5 10.5h.01" />,
  people: (
    <path d="M6 7.5a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5ZM1.8 13c.3-2.2 2-3.4 4.2-3.4s3.9 1.2 4.2 3.4M10.5 3.3a2.2 2.2 0 0 1 0 4M12 9.9c1.2.5 2 1.6 2.2 3.1" />
  ),
  person: <path d="M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 13.5c.4-2.5 2.3-3.9 5-3.9s4.6 1.4 5 3.9" />,
  robot: <path d="M3 6.5h10v7H3zM8 3.5v3M8 2.5h.01M6 9.5h.01M10 9.5h.01M6.3 11.7h3.4" />,
  info: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.3v3.6M8 5.1h.01" />,
  code: <path d="M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5" />,
  settings: <path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3" />,
  search: <path d="M7.2 11.9a4.7 4.7 0 1 0 0-9.4 4.7 4.7 0 0 0 0 9.4ZM10.7 10.7 14 14" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  sidebar: <path d="M2.5 3h11v10h-11zM6 3v10" />,
  chevronDown: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  chevronRight: <path d="m6.5 4.5 3.5 3.5-3.5 3.5" />,
  chevronLeft: <path d="M9.5 4.5 6 8l3.5 3.5" />,
  arrowUp: <path d="M8 13V3.5M4.5 7 8 3.5 11.5 7" />,
  arrowDown: <path d="M8 3v9.5M4.5 9 8 12.5 11.5 9" />,
  sort: <path d="m5.5 6.2 2.5-2.5 2.5 2.5M5.5 9.8l2.5 2.5 2.5-2.5" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.5 3.2 3.2L13 5" />,
  copy: <path d="M6 5.5h7v8H6zM10 5.5v-3H3v8h3" />,
  plus: <path d="M8 3v10M3 8h10" />,
  trash: <path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4" />,
  edit: <path d="m3 10.5-.5 3 3-.5 7.5-7.5-2.5-2.5L3 10.5ZM9 4.5 11.5 7" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />,
  globe: (
    <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c2 1.7 2.6 3.7 2.6 6S10 12.3 8 14c-2-1.7-2.6-3.7-2.6-6S6 3.7 8 2Z" />
  ),
  lock: <path d="M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5" />,
  warning: <path d="M8 2.5 14.5 13.5h-13L8 2.5ZM8 6.5v3.2M8 11.7h.01" />,
  error: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.7M8 10.9h.01" />,
  success: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.3 8.2l1.9 1.9 3.5-3.8" />,
  sun: (
    <path d="M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9" />
  ),
  moon: <path d="M13.5 9.3A5.7 5.7 0 0 1 6.7 2.5a5.7 5.7 0 1 0 6.8 6.8Z" />,
  monitor: <path d="M2 3h12v8H2zM5.5 13.5h5M8 11v2.5" />,
  signOut: <path d="M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3" />,
  signIn: <path d="M9.5 2.5h4v11h-4M2 8h8M7 5l3 3-3 3" />,
  external: <path d="M6.5 3.5h-4v10h10v-4M9.5 2.5h4v4M13.5 2.5 7.5 8.5" />,
  columns: <path d="M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10" />,
  tag: <path d="M2.5 2.5h5.2l5.8 5.8-5.2 5.2-5.8-5.8V2.5ZM5.3 5.3h.01" />,
  layers: <path d="m2 6 6-3.2L14 6 8 9.2 2 6ZM2 9.5l6 3.2 6-3.2" />,
  key: <path d="M5.5 13a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM7.5 8.3 13 2.8M10.5 5.3l1.9 1.9" />,
  shield: <path d="M8 2 3 3.8v3.7c0 3.1 2 5.4 5 6.5 3-1.1 5-3.4 5-6.5V3.8L8 2Z" />,
  download: <path d="M8 2.5v7.5M4.7 7 8 10.3 11.3 7M2.5 13.5h11" />,
  upload: <path d="M8 10.5V3M4.7 6.3 8 3l3.3 3.3M2.5 13.5h11" />,
  terminal: <path d="M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3" />,
  language: (
    <path d="M2 4h7M5.5 2.5V4M3 10c2.5-1.2 4-3.2 4.5-6M4 6c.7 1.5 2 2.8 3.7 3.6M8 13.5l3-7 3 7M9 11.3h4" />
  ),
  filter: <path d="M2.5 4h11M4.5 8h7M6.5 12h3" />,
  gauge: <path d="M2.6 12a6 6 0 1 1 10.8 0M8 10l3-3.5" />,
  compare: <path d="M2.5 5.5h9.5M9.5 3 12 5.5 9.5 8M13.5 10.5H4M6.5 8 4 10.5 6.5 13" />,
  replicate: <path d="M2.5 2.5h5v5h-5zM8.5 8.5h5v5h-5zM10 4.5h2v2M6 11.5H4v-2" />,
  clock: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.5" />,
  log: <path d="M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2.5" />,
  activity: <path d="M1.5 8.5h3l2-5 3 9 2-4h3" />,
  bell: <path d="M4 11V7a4 4 0 0 1 8 0v4l1 1H3l1-1ZM6.8 13.8h2.4" />,
  webhook: (
    <path
      d="M5 11.2a1.8 1.8 0 1 0 0-.1ZM11 11.2a1.8 1.8 0 1 0 0-.1ZM8 5.2a1.8 1.8 0 1 0 0-.1M7 6 4.6 9.3M9 6l2.4 3.3M6.8 11.2h2.4"
      transform="translate(-1 -.5)"
    />
  ),
  anchor: (
    <path d="M8 5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM8 5v9M5.5 7.5h5M2.5 9.5c.3 2.7 2.5 4.5 5.5 4.5s5.2-1.8 5.5-4.5" />
  ),
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof shapes

/** A picture beside a word; always hidden from assistive technology, the word carries the meaning. */
export function Icon({
  name,
  size = 16,
  ...rest
}: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      {...rest}
    >
      {shapes[name]}
    </svg>
  )
}
