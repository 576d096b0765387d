export { type Mail, MailError, sendMails } from './send.ts'
export { canSendMail, sendTestMail } from './service.ts'
export { readMailServer } from './settings.ts'
