import assert from 'node:assert/strict'
import { collect } from './collect.ts'
import {
  type ConformanceTarget,
  fresh,
  imageManifest,
  json,
  pushImage,
  pushReferrer,
  pushReferrersTag,
  readBlob,
} from './conformance-content.ts'
import { digestOf } from './digest.ts'
import { NotFoundError, RegistryError } from './errors.ts'
import { MEDIA_TYPES } from './media-types.ts'
import { parseTag } from './reference.ts'

export type { ConformanceTarget } from './conformance-content.ts'

export interface ConformanceCase {
  guarantee: string
  run(target: ConformanceTarget): Promise<void>
}

/** What every registry must do for our client. Cases make repositories of their own and may run side by side. */
export const conformanceCases: readonly ConformanceCase[] = [
  {
    guarantee: 'answers a ping',
    run: ({ client }) => client.ping(),
  },
  {
    guarantee: 'takes a blob in one request and gives it back byte for byte',
    async run(target) {
      const { repository, bytes, digest } = fresh(target, 300_000)
      assert.equal(await target.client.headBlob(repository, digest), undefined)
      await target.client.uploadBlob(repository, digest, bytes)
      assert.deepEqual(await target.client.headBlob(repository, digest), {
        digest,
        sizeBytes: bytes.byteLength,
      })
      assert.deepEqual(await readBlob(target, repository, digest), bytes)
    },
  },
  {
    guarantee: 'takes a blob in parts of any size',
    async run(target) {
      const { repository, bytes, digest } = fresh(target, 100_001)
      const confirmed: number[] = []
      const onProgress = (bytesSoFar: number) => confirmed.push(bytesSoFar)
      await target.client.uploadBlob(repository, digest, bytes, { chunkBytes: 40_000, onProgress })
      assert.deepEqual(confirmed, [40_000, 80_000, 100_001, 100_001])
      assert.deepEqual(await readBlob(target, repository, digest), bytes)
    },
  },
  {
    guarantee: 'takes the empty blob',
    async run(target) {
      const { repository } = fresh(target, 0)
      const digest = digestOf('')
      await target.client.uploadBlob(repository, digest, new Uint8Array())
      assert.deepEqual(await target.client.headBlob(repository, digest), { digest, sizeBytes: 0 })
    },
  },
  {
    guarantee: 'refuses a blob that is not what its digest says, and keeps nothing of it',
    async run(target) {
      const { repository, bytes } = fresh(target, 1000)
      const wrong = digestOf('something else')
      await assert.rejects(target.client.uploadBlob(repository, wrong, bytes), {
        code: 'DIGEST_INVALID',
        status: 400,
      })
      assert.equal(await target.client.headBlob(repository, wrong), undefined)
    },
  },
  {
    guarantee: 'gives a part of a blob, and refuses one outside of it',
    async run(target) {
      const { repository, bytes, digest } = fresh(target, 5000)
      await target.client.uploadBlob(repository, digest, bytes)
      const middle = await readBlob(target, repository, digest, { firstByte: 100, lastByte: 199 })
      assert.deepEqual(middle, bytes.subarray(100, 200))
      const end = await readBlob(target, repository, digest, { firstByte: 4990 })
      assert.deepEqual(end, bytes.subarray(4990))
      await assert.rejects(readBlob(target, repository, digest, { firstByte: 5000 }), { status: 416 })
    },
  },
  {
    guarantee: 'mounts a blob of another repository, and opens an upload where there is none',
    async run(target) {
      const { repository, bytes, digest } = fresh(target, 2000)
      const other = fresh(target, 0).repository
      await target.client.uploadBlob(repository, digest, bytes)
      assert.deepEqual(await target.client.mountBlob(other, digest, repository), { mounted: true })
      assert.deepEqual(await readBlob(target, other, digest), bytes)
      const missing = fresh(target, 700)
      const answer = await target.client.mountBlob(other, missing.digest, repository)
      assert.equal(answer.mounted, false)
      if (answer.mounted) return
      await target.client.uploadBlob(other, missing.digest, missing.bytes, { session: answer.session })
      assert.deepEqual(await readBlob(target, other, missing.digest), missing.bytes)
    },
  },
  {
    guarantee: 'deletes a blob, and says so when there is none',
    async run(target) {
      const { repository, bytes, digest } = fresh(target, 100)
      await target.client.uploadBlob(repository, digest, bytes)
      await target.client.deleteBlob(repository, digest)
      assert.equal(await target.client.headBlob(repository, digest), undefined)
      await assert.rejects(target.client.deleteBlob(repository, digest), NotFoundError)
      await assert.rejects(target.client.getBlob(repository, digest), { code: 'BLOB_UNKNOWN' })
    },
  },
  {
    guarantee: 'keeps a manifest byte for byte, under its tag and its digest',
    async run(target) {
      const { repository } = fresh(target, 0)
      const manifest = await pushImage(target, repository, 'v1.0')
      const { bytes, digest } = manifest
      const expected = { digest, mediaType: MEDIA_TYPES.ociManifest, sizeBytes: bytes.byteLength }
      for (const reference of [parseTag('v1.0'), digest]) {
        assert.deepEqual(await target.client.headManifest(repository, reference), expected)
        const fetched = await target.client.getManifest(repository, reference)
        assert.deepEqual({ ...fetched, bytes: Buffer.from(fetched.bytes) }, { ...expected, bytes })
      }
    },
  },
  {
    guarantee: 'keeps an index over two images',
    async run(target) {
      const { repository } = fresh(target, 0)
      const children = [
        await pushImage(target, repository, 'amd64'),
        await pushImage(target, repository, 'arm64'),
      ]
      const manifests = children.map(({ bytes, digest }, position) => ({
        mediaType: MEDIA_TYPES.ociManifest,
        digest,
        size: bytes.byteLength,
        platform: { os: 'linux', architecture: ['amd64', 'arm64'][position] },
      }))
      const bytes = json({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests })
      const tag = parseTag('multi')
      await target.client.putManifest(repository, tag, { bytes, mediaType: MEDIA_TYPES.ociIndex })
      const fetched = await target.client.getManifest(repository, tag)
      assert.equal(fetched.digest, digestOf(bytes))
      assert.equal(fetched.mediaType, MEDIA_TYPES.ociIndex)
    },
  },
  {
    guarantee: 'refuses a manifest whose blobs it has not got',
    async run(target) {
      const { repository, bytes: absent } = fresh(target, 10)
      const bytes = imageManifest(absent, absent)
      const manifest = { bytes, mediaType: MEDIA_TYPES.ociManifest }
      await assert.rejects(
        target.client.putManifest(repository, parseTag('incomplete'), manifest),
        (error) => error instanceof RegistryError && error.code === 'MANIFEST_BLOB_UNKNOWN',
      )
    },
  },
  {
    guarantee: 'deletes a manifest with its tags, and knows it no more',
    async run(target) {
      const { repository } = fresh(target, 0)
      const { digest } = await pushImage(target, repository, 'gone')
      await target.client.deleteManifest(repository, digest)
      assert.equal(await target.client.headManifest(repository, parseTag('gone')), undefined)
      assert.equal(await target.client.headManifest(repository, digest), undefined)
      await assert.rejects(target.client.getManifest(repository, digest), {
        code: 'MANIFEST_UNKNOWN',
        status: 404,
      })
      await assert.rejects(target.client.deleteManifest(repository, digest), NotFoundError)
    },
  },
  {
    guarantee: 'lists tags, all of them, each once',
    async run(target) {
      const { repository } = fresh(target, 0)
      const tags = ['a', 'b', 'c', 'd', 'e']
      for (const tag of tags) await pushImage(target, repository, tag)
      const pages = await collect(target.client.tags(repository, { pageSize: 2 }))
      assert.deepEqual(pages.flatMap((page) => page.items).sort(), tags)
      if (target.capabilities.tagPages) assert.equal(pages.length, 3)
    },
  },
  {
    guarantee: 'says that a repository is unknown when its tags are asked for',
    async run(target) {
      const { repository } = fresh(target, 0)
      await assert.rejects(collect(target.client.tags(repository)), {
        code: 'NAME_UNKNOWN',
        status: 404,
      })
    },
  },
  {
    guarantee: 'lists the catalog in pages, each repository once',
    async run(target) {
      const repositories = [0, 1, 2].map(() => fresh(target, 0).repository)
      for (const repository of repositories) await pushImage(target, repository, 'latest')
      const pages = await collect(target.client.catalog({ pageSize: 2 }))
      const all = pages.flatMap((page) => page.items)
      assert.ok(pages.length >= 2)
      for (const repository of repositories) assert.equal(all.filter((name) => name === repository).length, 1)
    },
  },
  {
    guarantee: 'lists what refers to a manifest, by type too, and nothing where nothing does',
    async run(target) {
      const { repository } = fresh(target, 0)
      const subject = await pushImage(target, repository, 'signed')
      assert.deepEqual(await target.client.referrers(repository, subject.digest), [])
      const signature = await pushReferrer(target, repository, subject, 'application/vnd.example.signature')
      const sbom = await pushReferrer(target, repository, subject, 'application/vnd.example.sbom')
      if (!target.capabilities.referrersApi)
        await pushReferrersTag(target, repository, subject.digest, [signature, sbom])
      const all = await target.client.referrers(repository, subject.digest)
      assert.deepEqual(all.map((found) => found.digest).sort(), [signature.digest, sbom.digest].sort())
      const artifactType = 'application/vnd.example.sbom'
      const sboms = await target.client.referrers(repository, subject.digest, { artifactType })
      assert.deepEqual(
        sboms.map((found) => found.digest),
        [sbom.digest],
      )
    },
  },
]
