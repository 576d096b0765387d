import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A program that comes from Debian's archive, and what it is for. */
export interface SystemPackage {
  name: string
  why: string
  present(): boolean
  /** The services the package would start at the next boot, blanks between; Berth runs the programs itself. */
  service?: string
}

/** How packages can be installed here. */
export type Rights = 'root' | 'sudo' | 'none'

export class MissingPackagesError extends Error {
  override name = 'MissingPackagesError'
}

/** Whether a program is on the PATH or in one of the system's folders. */
export function hasProgram(...names: string[]): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/sbin', '/usr/local/bin']
  return names.some((name) => folders.some((folder) => folder !== '' && existsSync(join(folder, name))))
}

/**
 * Installs what is missing with apt-get, as root or through sudo, and says what and why. The services of the packages
 * are kept from starting: Berth starts its own, on its own ports. Throws MissingPackagesError with the exact command.
 */
export async function ensurePackages(packages: SystemPackage[], rights = rightsHere()): Promise<void> {
  const missing = packages.filter((entry) => !entry.present())
  if (missing.length === 0) return
  const names = missing.map((entry) => entry.name)
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`
  const list = missing.map((entry) => `    ${entry.name}: ${entry.why}`).join('\n')
  if (!hasProgram('apt-get'))
    throw new MissingPackagesError(`These programs are missing, and this system has no apt-get:\n${list}`)
  if (rights === 'none')
    throw new MissingPackagesError(
      `These Debian packages are missing, and there is neither root nor sudo here:\n${list}\n` +
        `  Ask an administrator to run:  sudo ${command}`,
    )
  console.log(`  installing from Debian's archive:\n${list}`)
  const begin = Date.now()
  const script = installScript(command, missing)
  const status = rights === 'root' ? await run('sh', ['-c', script]) : await run('sudo', ['sh', '-c', script])
  const absent = missing.filter((entry) => !entry.present())
  if (status !== 0 || absent.length > 0)
    throw new MissingPackagesError(
      `apt-get could not install ${names.join(', ')}. Run it by hand:  sudo ${command}`,
    )
  console.log(`  installed in ${((Date.now() - begin) / 1000).toFixed(1)} s`)
}

function rightsHere(): Rights {
  if (process.getuid?.() === 0) return 'root'
  if (!hasProgram('sudo')) return 'none'
  // With a terminal sudo may ask for the password; without one it must not need any.
  const usable = process.stdin.isTTY || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
  return usable ? 'sudo' : 'none'
}

/** policy-rc.d is Debian's own switch against starting services while packages are installed. */
export function installScript(command: string, packages: SystemPackage[]): string {
  const policy = '/usr/sbin/policy-rc.d'
  const lists = existsSync('/var/lib/apt/lists') ? readdirSync('/var/lib/apt/lists') : []
  const update = 'apt-get -q -o DPkg::Lock::Timeout=300 update'
  const install = command.replace('apt-get', 'apt-get -q -o DPkg::Lock::Timeout=300')
  return [
    'export DEBIAN_FRONTEND=noninteractive',
    `if [ ! -e ${policy} ]; then printf '#!/bin/sh\\nexit 101\\n' > ${policy}; chmod 755 ${policy}; trap 'rm -f ${policy}' EXIT; fi`,
    // Stale lists name versions the archive no longer has: then refresh them and try again.
    lists.some((file) => file.endsWith('_Packages') || file.endsWith('_Packages.lz4'))
      ? `${install} || { ${update} && ${install}; }`
      : `${update} && ${install}`,
    'status=$?',
    ...packages
      .filter((entry) => entry.service !== undefined)
      .map((entry) => `[ ! -d /run/systemd/system ] || systemctl -q disable ${entry.service} || true`),
    'exit $status',
  ].join('\n')
}

/** Shows apt's output only when it failed. */
function run(file: string, args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['inherit', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    child.stdout.on('data', (data) => output.push(data))
    child.stderr.on('data', (data) => output.push(data))
    child.once('error', () => resolve(127))
    child.once('close', (code) => {
      if (code !== 0) process.stderr.write(Buffer.concat(output).subarray(-4_000))
      resolve(code ?? 1)
    })
  })
}

const program = (name: string, why: string, programs: string[], service?: string): SystemPackage => ({
  name,
  why,
  present: () => hasProgram(...programs),
  service,
})

const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64'

export const systemPackages = {
  registry: program(
    'docker-registry',
    'the CNCF registry that stores the images',
    ['registry', 'docker-registry'],
    'docker-registry',
  ),
  skopeo: program('skopeo', 'a real registry client for the journeys', ['skopeo']),
  chromium: program('chromium-headless-shell', 'the browser of the journeys', ['chromium-headless-shell']),
  mariadb: program('mariadb-server', 'the second database every test runs on', ['mariadbd'], 'mariadb'),
  redis: program('redis-server', 'tests jobs and caches on Redis', ['redis-server'], 'redis-server'),
  openldap: program('slapd', 'a real directory for the tests of LDAP', ['slapd'], 'slapd'),
  samba: {
    name: 'samba-ad-dc',
    why: 'a real Active Directory for the tests of LDAP',
    // A file server has the program without them.
    present: () => hasProgram('samba') && existsSync(`/usr/lib/${machine}-linux-gnu/samba/ldb/samba_dsdb.so`),
    service: 'smbd nmbd winbind samba-ad-dc',
  },
  sambaProvision: {
    name: 'samba-ad-provision',
    why: 'what a new domain of that directory begins with',
    present: () => existsSync('/usr/share/samba/setup/provision.ldif'),
  },
  nginx: program('nginx-light', 'tests the front door behind a proxy', ['nginx'], 'nginx'),
  busybox: {
    name: 'busybox-static',
    why: 'the content of the images that tests build',
    present: () => existsSync('/bin/busybox'),
  },
  chineseFonts: {
    name: 'fonts-noto-cjk',
    why: 'the letters of the Chinese console in screenshots',
    present: () => existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  },
} satisfies Record<string, SystemPackage>
