import { NotFound } from '@/features/frame/not-found.tsx'

export default NotFound
