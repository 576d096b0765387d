/** `npm start` under test gets what its caller has, as it would from a person's shell. */
export const callersEnvironment: Readonly<NodeJS.ProcessEnv> = process.env

/** `mysql`, or whatever else for Postgres: what the stages of `npm test` set. */
export const testProvider = process.env.BERTH_TEST_PROVIDER
