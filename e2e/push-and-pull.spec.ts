import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './parts/journey.ts'
import { type Descriptor, mediaTypes } from './parts/oci-layout.ts'
import { type Credentials, Skopeo } from './parts/skopeo.ts'

/** Every blob of the layout that `root` needs, as text that names digest and size, read from the bytes. */
async function contents(folder: string, root: Descriptor): Promise<Buffer[]> {
  const read = (digest: string) => readFile(join(folder, 'blobs/sha256', digest.slice(7)))
  const bytes = await read(root.digest)
  const manifest = JSON.parse(bytes.toString())
  const parts: Descriptor[] = manifest.manifests ?? [manifest.config, ...manifest.layers]
  const below = await Promise.all(
    parts.map((part) =>
      manifest.manifests ? contents(folder, part) : read(part.digest).then((blob) => [blob]),
    ),
  )
  return [bytes, ...below.flat()]
}

async function pulled(skopeo: Skopeo, reference: string, root: Descriptor): Promise<Buffer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-pulled-'))
  try {
    const outcome = await skopeo.pull(reference, folder)
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
    return await contents(folder, root)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('a developer pushes a two-platform image, sees it in the browser, and pulls it back byte for byte', async ({
  journey,
  page,
}) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const skopeo = new Skopeo(berth.url, team.developer)
  const name = `${team.project}/tools/busybox`

  const push = await skopeo.push(`${image.layout.folder}:latest`, `${name}:1.0`)
  expect(push, push.stderr).toMatchObject({ code: 0 })

  await journey.signIn(page, team.developer)
  await page.getByRole('link', { name: team.project }).first().click()
  await page
    .getByRole('link', { name: /tools\/busybox/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('tools/busybox')
  await expect(page.getByText('1.0', { exact: true }).first()).toBeVisible()
  await expect(page.getByText('linux/amd64').first()).toBeVisible()
  await expect(page.getByText('linux/arm64').first()).toBeVisible()

  const sent = await contents(image.layout.folder, image.index)
  expect(await pulled(skopeo, `${name}:1.0`, image.index)).toEqual(sent)
  expect(await pulled(skopeo, `${name}@${image.index.digest}`, image.index)).toEqual(sent)
})

test.describe('nobody without the right gets in', () => {
  test('a guest pulls but cannot push', async ({ journey }) => {
    const { berth, image } = journey
    const team = await journey.createTeam()
    const reference = `${team.project}/app:1`
    await new Skopeo(berth.url, team.developer).push(`${image.layout.folder}:latest`, reference)

    const guest = new Skopeo(berth.url, team.guest)
    expect((await guest.inspectRaw(reference)).stdout).toContain(image.platforms[0]!.digest)
    const refused = await guest.push(`${image.layout.folder}:latest`, `${team.project}/app:2`)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toMatch(/denied|unauthorized|requested access/i)
    const developer = journey.api(team.developer)
    const { data } = await developer.call('listArtifacts', {
      path: { project_name: team.project, repository_name: 'app' },
    })
    expect(data.flatMap((artifact) => artifact.tags?.map((tag) => tag.name))).toEqual(['1'])
  })

  test('an outsider sees neither project nor image, and cannot tell them from missing ones', async ({
    journey,
    page,
  }) => {
    const { berth, image } = journey
    const team = await journey.createTeam()
    await new Skopeo(berth.url, team.developer).push(`${image.layout.folder}:latest`, `${team.project}/app:1`)

    const outsider = journey.api(team.outsider)
    const { data: projects } = await outsider.call('listProjects', { query: { page_size: 0 } })
    expect(projects.map((project) => project.name)).not.toContain(team.project)
    const answer = (project: string) =>
      outsider.call('getProject', { path: { project_name_or_id: project } }).catch((error) => ({
        status: error.status,
        errors: error.errors,
      }))
    expect(await answer(team.project)).toEqual(await answer(`${team.project}-missing`))

    const pull = await new Skopeo(berth.url, team.outsider).inspectRaw(`${team.project}/app:1`)
    expect(pull.code).not.toBe(0)
    await journey.enter(page, team.outsider)
    await page.goto(`${berth.url}/projects/${team.project}`)
    await expect(page.getByText(image.platforms[0]!.digest.slice(7, 15))).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1 })).not.toContainText(team.project)
  })

  test('a wrong password is refused, with and without a scope', async ({ journey }) => {
    const { berth } = journey
    const team = await journey.createTeam('public')
    const wrong: Credentials = { ...team.developer, password: 'Wrong-Password-1' }
    const basic = `Basic ${Buffer.from(`${wrong.username}:${wrong.password}`).toString('base64')}`
    for (const scope of ['', `&scope=repository:${team.project}/app:pull`]) {
      const response = await fetch(`${berth.url}/service/token?service=berth-registry${scope}`, {
        headers: { authorization: basic },
      })
      expect(response.status).toBe(401)
    }
    const pull = await new Skopeo(berth.url, wrong).inspectRaw(`${team.project}/app:1`)
    expect(pull.code).not.toBe(0)
  })

  test('anonymous pulls only while the project is public', async ({ journey }) => {
    const { berth, image, admin } = journey
    const team = await journey.createTeam('private')
    const reference = `${team.project}/app:1`
    await new Skopeo(berth.url, team.developer).push(`${image.layout.folder}:latest`, reference)
    const nobody = new Skopeo(berth.url)

    expect((await nobody.inspectRaw(reference)).code).not.toBe(0)
    const setPublic = (value: boolean) =>
      admin.call('updateProject', {
        path: { project_name_or_id: team.project },
        body: { metadata: { public: String(value) } },
      })
    await setPublic(true)
    expect((await nobody.inspectRaw(reference)).stdout).toContain(image.platforms[0]!.digest)
    expect((await nobody.push(`${image.layout.folder}:latest`, `${team.project}/app:2`)).code).not.toBe(0)
    await setPublic(false)
    await expect(async () => expect((await nobody.inspectRaw(reference)).code).not.toBe(0)).toPass()
  })
})

test('a Helm chart and an arbitrary OCI artifact go through as well', async ({ journey }) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const { layout } = image
  const chart = await layout.putManifest(
    await layout.put('application/vnd.cncf.helm.config.v1+json', {
      apiVersion: 'v2',
      name: 'web',
      version: '1.2.3',
      description: 'a chart',
    }),
    [await layout.put('application/vnd.cncf.helm.chart.content.v1.tar+gzip', Buffer.from('chart bytes'))],
  )
  const note = await layout.putManifest(
    await layout.put(mediaTypes.empty, {}),
    [await layout.put('text/plain', Buffer.from('any bytes at all'))],
    { artifactType: 'application/vnd.example.note', annotations: { 'org.example.topic': 'journey' } },
  )
  await layout.finish({ latest: image.index, chart, note })
  const skopeo = new Skopeo(berth.url, team.developer)
  for (const tag of ['chart', 'note']) {
    const push = await skopeo.push(`${layout.folder}:${tag}`, `${team.project}/${tag}:1`)
    expect(push, push.stderr).toMatchObject({ code: 0 })
  }
  expect(await pulled(skopeo, `${team.project}/chart:1`, chart)).toEqual(await contents(layout.folder, chart))
  expect(await pulled(skopeo, `${team.project}/note:1`, note)).toEqual(await contents(layout.folder, note))

  const developer = journey.api(team.developer)
  const artifact = async (repository: string) =>
    (
      await developer.call('getArtifact', {
        path: { project_name: team.project, repository_name: repository, reference: '1' },
      })
    ).data
  expect(await artifact('chart')).toMatchObject({ type: 'CHART', digest: chart.digest })
  expect(await artifact('note')).toMatchObject({
    artifact_type: 'application/vnd.example.note',
    annotations: { 'org.example.topic': 'journey' },
  })
})
