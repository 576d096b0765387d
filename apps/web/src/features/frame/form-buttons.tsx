import { Button, ButtonLink, useUi } from '@berth/ui'

type Props = { label: string; busy: boolean; frozen?: boolean; cancelHref: string }

/** The end of a form on a page of its own: what sends it, and the way back. `frozen`: nothing can be sent now. */
export function FormButtons({ label, busy, frozen = false, cancelHref }: Props) {
  const { words } = useUi()
  return (
    <div className="flex gap-2">
      <Button variant="primary" type="submit" busy={busy} disabled={frozen}>
        {label}
      </Button>
      <ButtonLink href={cancelHref} variant="quiet">
        {words.cancel}
      </ButtonLink>
    </div>
  )
}
