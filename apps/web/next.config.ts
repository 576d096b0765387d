import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'
import { precompress } from './scripts/precompress.ts'

const withNextIntl = createNextIntlPlugin({
  requestConfig: './src/i18n/request.ts',
  // Messages are compiled at build time, so that no message parser travels to the browser.
  experimental: {
    messages: { path: './src/messages', format: 'json', locales: ['en', 'zh-CN'], precompile: true },
  },
})

// next start compresses with gzip only; the build leaves a Brotli copy beside each script and style sheet.
const takesBrotli = [{ type: 'header' as const, key: 'accept-encoding', value: '.*\\bbr\\b.*' }]

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks them; a sixth of the build's time for whoever only starts Berth.
  typescript: { ignoreBuildErrors: true },
  transpilePackages: ['@berth/ui', '@berth/contract', '@berth/api', '@berth/core'],
  turbopack: { root: `${import.meta.dirname}/../..` },
  experimental: {
    optimizePackageImports: ['@berth/ui'],
    // Nobody reads them: 52 MB of the server's 82, and a quarter of the build's time.
    turbopackSourceMaps: false,
    // Few and large chunks compress better: 6 KB less on each first load, measured as e2e/console-pages.spec.ts does.
    turbopackChunking: {
      firstPageLoadPriority: 1,
      minChunkSize: 3_000_000,
      requestCost: 60_000_000,
      maxMergeChunkSize: 60_000_000,
    },
  },
  compiler: { runAfterProductionCompile: ({ distDir }) => precompress(`${distDir}/static`) },
  async rewrites() {
    if (process.env.NODE_ENV !== 'production') return []
    const source = '/_next/static/chunks/:file'
    return { beforeFiles: [{ source, has: takesBrotli, destination: '/_next/static/chunks/:file.br' }] }
  },
  async headers() {
    const everywhere = [
      { key: 'X-Content-Type-Options', value: 'nosniff' },
      { key: 'Referrer-Policy', value: 'same-origin' },
      { key: 'X-Frame-Options', value: 'DENY' },
      { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
      { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
    ]
    const encoded = (type: string) => [
      { key: 'Content-Encoding', value: 'br' },
      { key: 'Content-Type', value: `${type}; charset=utf-8` },
    ]
    const compressed =
      process.env.NODE_ENV === 'production'
        ? [
            {
              source: '/_next/static/chunks/:file.js',
              has: takesBrotli,
              headers: encoded('text/javascript'),
            },
            { source: '/_next/static/chunks/:file.css', has: takesBrotli, headers: encoded('text/css') },
          ]
        : []
    return [{ source: '/:path*', headers: everywhere }, ...compressed]
  },
}

export default withNextIntl(config)
