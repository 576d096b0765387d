export type { Member } from './model.ts'
export { createMember, deleteMember, getMember, listMembers, updateMember } from './service.ts'
