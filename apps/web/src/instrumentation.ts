/** Called once when the server starts, before it answers. */
export async function register() {
  // The bundler drops the branch for runtimes that have no database driver.
  // biome-ignore lint/style/noProcessEnv: a constant of the build, not a setting
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { requireEnv } = await import('./env.ts')
    requireEnv()
    const { startMetrics } = await import('./server/metrics.ts')
    await startMetrics()
  }
}
