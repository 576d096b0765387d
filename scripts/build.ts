// What an image needs before it can start: the database clients and the console.
import { buildConsole, generateClients } from './start/build.ts'

await generateClients()
await buildConsole()
