import { type TestDatabase, testDatabase } from '@berth/testing'
import { startMailServer, type TestMailServer } from '@berth/testing/smtp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { currentUser } from '../authentication/index.ts'
import { SYSTEM, type UserActor } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { sendTestMail } from '../mail/index.ts'
import { createUser, setDisabled, setSysadmin } from '../users/index.ts'
import { noticeKinds, sendNoticeMails, setNoticePreferences } from './index.ts'
import { insertNews, withMails } from './store.ts'

let database: TestDatabase
let server: TestMailServer
let clockMs = Date.now()
let core: Core
let count = 0

beforeAll(async () => {
  database = await testDatabase()
  server = await startMailServer({ user: 'berth', password: 'mail secret', tls: 'starttls' })
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
    now: () => clockMs,
  })
})
beforeEach(async () => {
  server.mails.length = 0
  server.refusal = undefined
  await database.db.prisma.notice.deleteMany()
  await configure({})
})
afterAll(async () => {
  await core.close()
  await server.stop()
  await database.drop()
})

async function configure(changes: Record<string, unknown>): Promise<void> {
  await updateConfigurations(core, SYSTEM, {
    smtp_host: server.host,
    smtp_port: server.port,
    smtp_security: 'starttls',
    smtp_ca: server.authorityPem,
    smtp_user: 'berth',
    smtp_password: 'mail secret',
    smtp_from: 'berth@example.com',
    smtp_verify_cert: true,
    ...changes,
  })
  clockMs += 3_001
}
async function person(
  options: { language?: string; sysadmin?: boolean; kinds?: object } = {},
): Promise<UserActor> {
  const username = `person-${++count}`
  const id = await createUser(core, SYSTEM, {
    username,
    password: 'Passw0rd',
    email: `${username}@example.com`,
  })
  if (options.sysadmin) await setSysadmin(core, SYSTEM, id, true)
  const actor: UserActor = { ...(await currentUser(core, id))!, via: 'session' }
  const kinds = Object.fromEntries(Object.keys(noticeKinds).map((kind) => [kind, { mail: true }]))
  await setNoticePreferences(core, actor, {
    kinds: { ...kinds, ...options.kinds },
    language: options.language,
  })
  return actor
}
const tell = (actor: UserActor, name = 'laptop') =>
  core.db.transaction((tx) =>
    insertNews(
      tx,
      {
        kind: 'access_token_expiring',
        userId: actor.id,
        subjectKey: `token:${++count}`,
        at: new Date(clockMs),
        facts: { name, expiresAt: '2026-12-01T09:30:00.000Z', days: 7 },
      },
      true,
    ),
  )

describe('a mail', () => {
  it('goes over STARTTLS, signed in, to who follows it, in their language, and once', async () => {
    const [ann, mei] = [await person(), await person({ language: 'zh-CN' })]
    await tell(ann)
    await tell(mei)
    const runs = await Promise.all([sendNoticeMails(core), sendNoticeMails(core)])
    expect(runs.reduce((sum, run) => sum + (run?.sent ?? 0), 0)).toBe(2)
    expect(await sendNoticeMails(core)).toBeUndefined()
    const [first, second] = server.mails
    expect(first).toMatchObject({
      from: 'berth@example.com',
      to: [`${ann.username}@example.com`],
      user: 'berth',
      encrypted: true,
    })
    expect(first!.headers.get('subject')).toBe('One of your access tokens expires within 7 days')
    expect(first!.headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8/i)
    expect(first!.headers.get('auto-submitted')).toBe('auto-generated')
    expect(first!.text).toContain('http://berth.test/profile')
    expect(second!.headers.get('subject')).toBe('您的一个访问令牌将在 7 天内过期')
    expect(second!.text).toContain('“laptop”')
  })

  it('is sent by one node at a time; the others do not wait for it', async () => {
    await tell(await person())
    await withMails(core, async () => expect(await sendNoticeMails(core)).toBeUndefined())
    expect(await sendNoticeMails(core)).toMatchObject({ sent: 1 })
  })

  it('is the same whatever a thing is called: no further header, no further address, no markup', async () => {
    const ann = await person()
    await tell(
      ann,
      'x\r\nBcc: eve@example.com\r\nContent-Type: text/html\r\n\r\n<img src=x onerror=alert(1)>',
    )
    await sendNoticeMails(core)
    const [mail] = server.mails
    expect(mail!.to).toEqual([`${ann.username}@example.com`])
    expect([...mail!.headers.keys()].filter((name) => name === 'bcc' || name === 'content-type')).toEqual([
      'content-type',
    ])
    expect(mail!.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(mail!.text).toContain(
      'x Bcc: eve@example.com Content-Type: text/html <img src=x onerror=alert(1)>',
    )
  })

  it('goes to no address that is more than one', async () => {
    const ann = await person()
    await database.db.prisma.user.update({
      where: { id: ann.id },
      data: { email: 'a@example.com, eve@example.com' },
    })
    await tell(ann)
    expect(await sendNoticeMails(core)).toMatchObject({ sent: 0, givenUp: 1 })
    expect(server.mails).toEqual([])
  })

  it('is not sent to who was disabled, lost the right, or follows it no more since', async () => {
    const [gone, demoted, silent] = [await person(), await person({ sysadmin: true }), await person()]
    await tell(gone)
    await tell(silent)
    await core.db.transaction((tx) =>
      insertNews(
        tx,
        {
          kind: 'system_robot_expiring',
          subjectKey: 'robot:1',
          at: new Date(clockMs),
          facts: { name: 'robot$ci', days: 1 },
        },
        true,
      ),
    )
    await setDisabled(core, SYSTEM, gone.id, true)
    await createUser(core, SYSTEM, { username: `other-${++count}`, password: 'Passw0rd' }).then((id) =>
      setSysadmin(core, SYSTEM, id, true),
    )
    await setSysadmin(core, SYSTEM, demoted.id, false)
    await setNoticePreferences(core, silent, { kinds: { access_token_expiring: { mail: false } } })
    clockMs += 3_001
    expect(await sendNoticeMails(core)).toMatchObject({ sent: 0, dropped: 3 })
    expect(server.mails).toEqual([])
  })
})

describe('a server that does not take mails', () => {
  it('is asked again later and later, and what it took in between is not lost', async () => {
    await tell(await person())
    await tell(await person())
    server.refusal = { code: 451, words: 'come back later' }
    expect(await sendNoticeMails(core)).toMatchObject({
      sent: 0,
      failed: 1,
      problem: expect.stringContaining('come back later'),
    })
    // Who was not tried is not late.
    server.refusal = undefined
    expect(await sendNoticeMails(core)).toMatchObject({ sent: 1 })
    expect(await sendNoticeMails(core)).toBeUndefined()
    clockMs += 60_000
    expect(await sendNoticeMails(core)).toMatchObject({ sent: 1 })
    expect(server.mails).toHaveLength(2)
  })

  it('a mail that it refuses for good is given up at once, the others go on; one that waits too long, in the end', async () => {
    await tell(await person())
    server.refusal = { code: 550, words: 'no such mailbox' }
    expect(await sendNoticeMails(core)).toMatchObject({ failed: 0, givenUp: 1 })
    await tell(await person())
    server.refusal = { code: 451, words: 'later' }
    let tries = 0
    for (let run = await sendNoticeMails(core); run; run = await sendNoticeMails(core)) {
      tries++
      clockMs += 11 * 3_600_000
    }
    expect(tries).toBe(6)
    expect(await database.db.prisma.notice.count({ where: { mailDueAt: { not: null } } })).toBe(0)
  })

  it.each([
    ['whose certificate nobody vouches for', { smtp_ca: '' }, /certificate/i],
    ['that does not know the password', { smtp_password: 'another' }, /Wrong user or password|535/],
    ['that does not speak TLS from the first byte', { smtp_security: 'tls' }, /./],
    ['that is not there', { smtp_port: 1 }, /ECONNREFUSED|connect/],
  ])('%s is told about in the test mail, and gets no mail', async (_, changes, words) => {
    await configure(changes)
    await tell(await person())
    const result = await sendTestMail(core, SYSTEM, 'chief@example.com')
    expect(result.success).toBe(false)
    expect(result.message).toMatch(words)
    expect(result.message).not.toContain('mail secret')
    expect(await sendNoticeMails(core)).toMatchObject({ sent: 0, failed: 1 })
    expect(server.mails).toEqual([])
  })
})

describe('the settings', () => {
  it('send a test mail; for administrators, and to one address', async () => {
    expect(await sendTestMail(core, SYSTEM, 'chief@example.com')).toEqual({ success: true, message: '' })
    expect(server.mails[0]).toMatchObject({ to: ['chief@example.com'] })
    const tests = { resourceType: 'configuration', action: 'test', resource: 'smtp' }
    const line = await database.db.prisma.auditLine.findFirst({ where: tests, orderBy: { id: 'desc' } })
    expect(line!.detail).toMatchObject({ success: true, to: 'chief@example.com' })
    await expect(sendTestMail(core, await person(), 'x@example.com')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    for (const to of [
      '',
      'nobody',
      'a@example.com,b@example.com',
      'a@example.com\r\nBcc: b@example.com',
      'A <a@example.com>',
    ])
      await expect(sendTestMail(core, SYSTEM, to), to).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('give the stored password to no other server, and not with less protection', async () => {
    const set = (changes: Record<string, unknown>) => updateConfigurations(core, SYSTEM, changes)
    for (const change of [
      { smtp_host: 'elsewhere.example' },
      { smtp_port: 25 },
      { smtp_security: 'none' },
      { smtp_verify_cert: false },
    ])
      await expect(set(change)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await set({ smtp_host: 'elsewhere.example', smtp_password: 'for that one' })
    await expect(set({ smtp_from: 'Berth <a@example.com>' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(set({ smtp_from: 'a@example.com\r\nBcc: b@example.com' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    const rows = await database.db.prisma.systemProperty.findMany()
    expect(JSON.stringify(rows)).not.toContain('for that one')
  })

  it('without a server nothing waits', async () => {
    const ann = await person()
    await tell(ann)
    await configure({ smtp_host: '' })
    expect(await sendNoticeMails(core)).toMatchObject({ sent: 0, dropped: 1 })
    await expect(sendTestMail(core, SYSTEM, 'chief@example.com')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })
})
