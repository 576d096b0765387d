import { answerAuth } from '@/server/auth.ts'

/** Where providers send people back: Harbor's address, so that nothing changes there for those who move. */
export const GET = (request: Request) => answerAuth(request, ['callback', 'oidc'])
