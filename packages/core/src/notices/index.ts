export { tellExpiries } from './expiries.ts'
export { tellForwarding } from './forwarding.ts'
export { type MailRun, sendNoticeMails } from './mails.ts'
export {
  type Followed,
  type Language,
  languages,
  type Notice,
  type NoticeFacts,
  type NoticeKind,
  type NoticePreferences,
  noticeKinds,
} from './model.ts'
export {
  countUnreadNotices,
  getNoticePreferences,
  listNotices,
  markNoticesRead,
  purgeNotices,
  setNoticePreferences,
} from './service.ts'
export { noticeSubscriber } from './subscribers.ts'
