export type { Member } from './model.ts'
export { createMember, deleteMember, getMember, listMembers, updateMemberRole } from './service.ts'
