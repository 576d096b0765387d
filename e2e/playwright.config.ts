import { defineConfig } from '@playwright/test'

// What only the browser sees does not change with the database: those journeys run on Postgres alone. What these pages
// ask for is asked of both databases by the tests beside the code.
const ofTheBrowser = [
  'console-*.spec.ts',
  'artifact-contents.spec.ts',
  'artifact-work.spec.ts',
  'repositories.spec.ts',
  'robots.spec.ts',
  'storage-work.spec.ts',
]
// Every page in its looks is a set of its own, which `npm test` runs beside the journeys; unset, both are one.
const pages = 'console-pages.spec.ts'

// One worker: the journeys share one Berth, which a worker fixture starts on free ports and an empty data folder.
export default defineConfig({
  testDir: '.',
  testMatch: process.env.BERTH_TEST_SET === 'pages' ? pages : '*.spec.ts',
  testIgnore: [
    ...(process.env.BERTH_TEST_PROVIDER === 'mysql' ? ofTheBrowser : []),
    ...(process.env.BERTH_TEST_SET === 'journeys' ? [pages] : []),
  ],
  // Journeys marked so have nothing to do with the database, or bring one of their own.
  ...(process.env.BERTH_TEST_PROVIDER === 'mysql' && { grepInvert: /@once/ }),
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  outputDir: process.env.BERTH_TEST_OUTPUT ?? '../test-results',
  reporter: process.env.BERTH_TEST_REPORT
    ? [['line'], ['json', { outputFile: process.env.BERTH_TEST_REPORT }]]
    : [['list']],
  use: {
    // Debian's browser: nothing is downloaded from elsewhere. The headless shell takes a quarter less of the processor than the whole one.
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: ['--no-sandbox', '--disable-background-networking', '--disable-quic', '--disable-gpu'],
    },
    screenshot: 'only-on-failure',
    trace: 'off',
    locale: 'en-US',
  },
})
