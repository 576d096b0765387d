export interface BannerFacts {
  externalUrl: string
  dataDir: string
  startedInMs: number
  /** What is known of the administrator's password. */
  password: { kind: 'printed'; text: string } | { kind: 'chosen' } | { kind: 'earlier'; secretsPath: string }
}

/** What a person needs to go on; nothing else. */
export function banner({ externalUrl, dataDir, startedInMs, password }: BannerFacts): string {
  const { host } = new URL(externalUrl)
  const passwords = {
    printed: () =>
      `${password.kind === 'printed' ? password.text : ''}   (first password; change it in the profile)`,
    chosen: () => 'as set in BERTH_ADMIN_PASSWORD at the first start',
    earlier: () =>
      `printed at the first start, and kept in ${password.kind === 'earlier' ? password.secretsPath : ''}; ` +
      'void once changed',
  }
  return `
  Berth is ready after ${(startedInMs / 1000).toFixed(1)} s at ${externalUrl}

    administrator  admin
    password       ${passwords[password.kind]()}
    data           ${dataDir}

  Try it (podman, nerdctl and skopeo do as well):
    docker login -u admin ${host}
    curl -u admin ${externalUrl}/api/v2.0/projects -H content-type:application/json -d '{"project_name":"demo"}'
    docker tag busybox ${host}/demo/busybox:1 && docker push ${host}/demo/busybox:1
    docker pull ${host}/demo/busybox:1

  Ctrl-C stops Berth.
`
}
