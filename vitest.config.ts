import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Processes that tests start read compiled code, as with `npm start`; reading all sources anew is half of a start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.cache/node')

// The name of a test file says what it needs. The same *.db.test.ts files run once per database.
const everywhere = (suffix: string) =>
  ['packages', 'apps', 'scripts', 'bench'].map((room) => `${room}/**/*${suffix}`)
const never = ['**/node_modules/**', '**/.next/**']

// What is waited for may take its time on a busy machine, wherever no time is given: `expect.poll` as `vi.waitFor`.
const patience = {
  setupFiles: 'packages/testing/src/setup/patience.ts',
  expect: { poll: { timeout: 30_000 } },
}

const database = (name: string, provider: 'postgresql' | 'mysql', suffix: string) => ({
  test: {
    name,
    include: everywhere(suffix),
    exclude: never,
    ...patience,
    globalSetup: `packages/testing/src/setup/${provider}.ts`,
    // Files share their modules: each has databases and contexts of its own, and importing took half the time.
    isolate: false,
    testTimeout: 40_000,
    hookTimeout: 90_000,
  },
})

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          ...patience,
          isolate: false,
          include: everywhere('.test.{ts,tsx}'),
          exclude: [...never, '**/*.db.test.ts', '**/*.real.test.ts'],
          // Two whole runs side by side on two cores: slow is not wrong.
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      database('postgresql', 'postgresql', '.db.test.ts'),
      database('mysql', 'mysql', '.db.test.ts'),
      database('real', 'postgresql', '.real.test.ts'),
    ],
  },
})
