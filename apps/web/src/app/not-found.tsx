import { NotFound } from '@/features/frame/not-found.tsx'

export default function UnknownPage() {
  return (
    <main id="main">
      <NotFound />
    </main>
  )
}
