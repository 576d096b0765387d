import type { PasswordNote } from './secrets.ts'

export interface BannerFacts {
  externalUrl: string
  dataDir: string
  startedInMs: number
  password: PasswordNote
}

/** What a person needs to go on; nothing else. */
export function banner({ externalUrl, dataDir, startedInMs, password }: BannerFacts): string {
  const { host } = new URL(externalUrl)
  return `
  Berth is ready after ${(startedInMs / 1000).toFixed(1)} s at ${externalUrl}

    administrator  admin
    password       ${describe(password)}
    data           ${dataDir}

  Try it (podman, nerdctl and skopeo do as well):
    docker login -u admin ${host}
    curl -u admin ${externalUrl}/api/v2.0/projects -H content-type:application/json -d '{"project_name":"demo"}'
    docker tag busybox ${host}/demo/busybox:1 && docker push ${host}/demo/busybox:1
    docker pull ${host}/demo/busybox:1

  Ctrl-C stops Berth.
`
}

function describe(password: PasswordNote): string {
  switch (password.kind) {
    case 'printed':
      return `${password.text}   (the first one, shown once: change it in your profile)`
    case 'earlier':
      return `shown at the first start; until changed, it is the one in ${password.secretsPath}`
    case 'chosen':
      return 'the one of BERTH_ADMIN_PASSWORD at the first start, unless it was changed'
    case 'elsewhere':
      return 'not set by this data directory: the database had an administrator already'
  }
}
