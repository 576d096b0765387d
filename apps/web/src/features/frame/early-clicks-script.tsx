import { headers } from 'next/headers'
import { keepEarlyClicks, pageReady } from './early-clicks.ts'

/** The first script of every page, inside it: nothing to wait for. */
export async function EarlyClicks() {
  const policy = (await headers()).get('content-security-policy')
  return (
    <script
      nonce={policy?.match(/'nonce-([^']+)'/)?.[1]}
      // Browsers hide the nonce of a script from whoever reads the page.
      suppressHydrationWarning
      // biome-ignore lint/security/noDangerouslySetInnerHtml: our own function, with no data in it
      dangerouslySetInnerHTML={{ __html: `(${keepEarlyClicks})(${JSON.stringify(pageReady)})` }}
    />
  )
}
