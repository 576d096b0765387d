/** As `@berth/testing/samba` takes it. */
interface SambaEntry {
  dn: string
  password?: string
  attributes: Record<string, string | string[]>
}

// For tests: the people and groups of a domain.

export const CROWD = 1_050
const USERS = 'CN=Users,DC=corp,DC=example,DC=com'
const NORMAL_ACCOUNT = 512
export const DISABLED_ACCOUNT = 514
/** 1 January 2020, in what Active Directory counts time in. */
const IN_2020 = '132223104000000000'
export const passwordOf = (account: string) => `${account}-Secret-1`
export const dnOf = (cn: string) => `CN=${cn},${USERS}`

const person = (account: string, cn: string, attributes: SambaEntry['attributes'] = {}): SambaEntry => ({
  dn: dnOf(cn),
  password: passwordOf(account),
  attributes: {
    objectClass: 'user',
    sAMAccountName: account,
    userPrincipalName: `${account}@corp.example.com`,
    mail: `${account}@example.com`,
    displayName: cn,
    userAccountControl: `${NORMAL_ACCOUNT}`,
    ...attributes,
  },
})
const group = (cn: string, ...members: string[]): SambaEntry => ({
  dn: dnOf(cn),
  attributes: { objectClass: 'group', sAMAccountName: cn, member: members.map(dnOf) },
})

export const domainEntries: SambaEntry[] = [
  person('search', 'Search'),
  person('alice', 'Alice Zoé'),
  person('bob', 'Bob'),
  person('former', 'Former', { userAccountControl: `${DISABLED_ACCOUNT}` }),
  person('temp', 'Temp', { accountExpires: IN_2020 }),
  person('mover', 'Mover'),
  person('fresh', 'Fresh', { pwdLastSet: '0' }),
  person('locked', 'Locked'),
  group('devs', 'Alice Zoé'),
  group('alldevs', 'devs'),
  group('everybody', 'alldevs', 'Bob'),
  group('admins', 'everybody'),
  ...Array.from(
    { length: CROWD },
    (_, n): SambaEntry => ({
      dn: dnOf(`Crowd ${n}`),
      attributes: { objectClass: 'contact', displayName: `Crowd ${n}`, mail: `crowd${n}@example.com` },
    }),
  ),
  group('crowd', ...Array.from({ length: CROWD }, (_, n) => `Crowd ${n}`)),
]
