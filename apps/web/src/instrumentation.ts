/** Called once when the server starts, before it answers. */
export async function register() {
  const { requireEnv } = await import('./env.ts')
  requireEnv()
}
