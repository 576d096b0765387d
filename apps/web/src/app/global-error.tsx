'use client'

/**
 * Shown when even the frame fails, so it stands alone: no styles, no messages, no providers. Both languages, because
 * nothing is left that knows which one is wanted.
 */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body style={{ font: '16px system-ui', margin: '15vh auto', maxWidth: '32em', padding: '0 16px' }}>
        <h1>The console could not be shown</h1>
        <p>
          Load the page again. Pushing and pulling go on.{' '}
          <span lang="zh-CN">请重新加载页面；推送和拉取不受影响。</span>
        </p>
        {error.digest && <code>{error.digest}</code>}
      </body>
    </html>
  )
}
