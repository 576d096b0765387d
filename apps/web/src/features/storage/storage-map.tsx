'use client'
import { cx, formatBytes, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { repositoryPath } from '@/features/repositories/paths.ts'
import { type Tile, tilesOf } from './storage-tiles.ts'

/**
 * Repositories as areas; the full part of each is its own, the hatched part it shares. It is for the eye and the mouse:
 * the table below it says the same, with the same links, to everybody else.
 */
export function StorageMap({ project, repositories }: Props) {
  const t = useTranslations('storage')
  const { Link, locale } = useUi()
  // Laid out for the usual shape of the frame; on small screens the tiles are only less square.
  const tiles = tilesOf(repositories, 1150, 320)
  const describe = (tile: Tile) =>
    t('tile', {
      name: tile.rest > 0 ? t('rest', { count: tile.rest }) : tile.name,
      own: formatBytes(tile.ownBytes, locale),
      shared: formatBytes(tile.sharedBytes, locale),
    })
  return (
    <div
      aria-hidden="true"
      className="relative h-80 w-full overflow-hidden rounded-md border border-line bg-sunken"
    >
      {tiles.map((tile) => {
        const { x, y, width, height } = tile.box
        const size = tile.ownBytes + tile.sharedBytes
        const label = describe(tile)
        // Percent of a frame of about 1150 by 320: what a name and a size need.
        const roomy = width > 7 && height > 16
        const inner = (
          <>
            <Shares own={tile.ownBytes / size} />
            {roomy && (
              <span className="relative flex max-w-full flex-col p-1">
                <span className="w-fit max-w-full truncate rounded-md bg-surface px-1 text-12 font-medium text-ink">
                  {tile.rest > 0 ? t('rest', { count: tile.rest }) : tile.name}
                </span>
                <span className="mt-0.5 w-fit rounded-md bg-surface px-1 text-12 text-ink-2">
                  {formatBytes(size, locale)}
                </span>
              </span>
            )}
          </>
        )
        const look =
          'relative block size-full overflow-hidden border border-surface focus-visible:z-10 focus-visible:-outline-offset-2'
        return (
          <div
            key={tile.name || 'rest'}
            className="absolute"
            style={{ left: `${x}%`, top: `${y}%`, width: `${width}%`, height: `${height}%` }}
          >
            {tile.rest > 0 ? (
              <span className={look} data-tip={label}>
                {inner}
              </span>
            ) : (
              <Link
                href={repositoryPath(project, tile.name)}
                tabIndex={-1}
                data-tip={label}
                className={cx(look, 'hover:brightness-95')}
                prefetch={false}
              >
                {inner}
              </Link>
            )}
          </div>
        )
      })}
    </div>
  )
}

type Props = { project: string; repositories: { name: string; ownBytes: number; sharedBytes: number }[] }

/** The own part full, the shared part hatched, so that they differ without colour too. */
function Shares({ own }: { own: number }) {
  return (
    <span aria-hidden="true" className="absolute inset-0 flex flex-col">
      <span style={{ height: `${own * 100}%`, background: 'var(--chart-1)' }} />
      <span className="flex-1" style={{ background: sharedPattern }} />
    </span>
  )
}

export const sharedPattern =
  'repeating-linear-gradient(135deg, var(--chart-2) 0 6px, var(--accent-line) 6px 9px)'
