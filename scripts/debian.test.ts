import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  ensurePackages,
  installScript,
  MissingPackagesError,
  type SystemPackage,
  systemPackages,
} from './debian.ts'

const absent: SystemPackage = {
  name: 'docker-registry',
  why: 'stores the images',
  present: () => false,
  service: 'x',
}

it('does nothing when every program is there, whatever the rights', async () => {
  await expect(ensurePackages([{ ...absent, present: () => true }], 'none')).resolves.toBeUndefined()
})

it('without root and sudo says what is missing, why, and the exact command', async () => {
  const error = await ensurePackages([absent, systemPackages.registry], 'none').catch((e) => e)
  expect(error).toBeInstanceOf(MissingPackagesError)
  expect(error.message).toContain('docker-registry: stores the images')
  expect(error.message).toMatch(/sudo apt-get install -y --no-install-recommends docker-registry/)
})

it('installs with a script that a POSIX shell accepts, starts no service and ends as apt-get ended', () => {
  const script = installScript('apt-get install -y thing', [absent])
  expect(spawnSync('sh', ['-n', '-c', script]).status).toBe(0)
  const directory = mkdtempSync(join(tmpdir(), 'berth-test-apt-'))
  // An apt-get that fails as the real one does when a package cannot be had.
  writeFileSync(join(directory, 'apt-get'), '#!/bin/sh\nexit 100\n', { mode: 0o755 })
  const harmless = script.replace(/^if \[ ! -e .*$/m, '').replace(/^\[ ! -d .*$/m, '')
  const env = { PATH: `${directory}:${process.env.PATH}` }
  expect(spawnSync('sh', ['-c', harmless], { env }).status).toBe(100)
  rmSync(directory, { recursive: true })
  expect(script).toContain('/usr/sbin/policy-rc.d')
  expect(script).toContain('systemctl -q disable x')
})
