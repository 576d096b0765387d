import { defineConfig } from 'prisma/config'

// One set of models, two databases: `DB_PROVIDER` names the folder under prisma/.
export default defineConfig({
  schema: `prisma/${process.env.DB_PROVIDER ?? 'postgresql'}`,
})
