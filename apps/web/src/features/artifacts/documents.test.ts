import { describe, expect, test } from 'vitest'
import { argumentsText, readImageConfig } from './image-config.ts'
import { readBuildHistory, readManifest } from './manifest-document.ts'

describe('readManifest', () => {
  test('layers in their order, with the file name where one is given', () => {
    const text = JSON.stringify({
      layers: [
        { digest: 'sha256:aa', size: 12, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' },
        {
          digest: 'sha256:bb',
          size: 5,
          mediaType: 'text/plain',
          annotations: { 'org.opencontainers.image.title': 'notes.txt' },
        },
      ],
      subject: { digest: 'sha256:cc' },
    })
    expect(readManifest(text)).toEqual({
      layers: [
        {
          digest: 'sha256:aa',
          sizeBytes: 12,
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          title: '',
        },
        { digest: 'sha256:bb', sizeBytes: 5, mediaType: 'text/plain', title: 'notes.txt' },
      ],
      subject: 'sha256:cc',
    })
  })
  test('what a build cache lists, which is an index of blobs', () => {
    const text = JSON.stringify({ manifests: [{ digest: 'sha256:aa', size: 12, mediaType: 'text/plain' }] })
    expect(readManifest(text).layers).toMatchObject([{ digest: 'sha256:aa', sizeBytes: 12 }])
  })
  test.each([undefined, 'not json', '[]', 'null', '{"layers":{"length":3},"subject":[1]}', '{"layers":"x"}'])(
    'whatever was pushed, the page stands: %s',
    (text) => expect(readManifest(text)).toEqual({ layers: [], subject: null }),
  )
  test('a layer without a sensible size counts as empty', () => {
    const { layers } = readManifest('{"layers":[{"size":-5},{"size":"9"},null]}')
    expect(layers.map(({ sizeBytes }) => sizeBytes)).toEqual([0, 0, 0])
  })
})

describe('readImageConfig', () => {
  test('what decides how the image runs', () => {
    const config = readImageConfig(
      JSON.stringify({
        config: {
          Entrypoint: ['/entry.sh'],
          Cmd: ['nginx', '-g', 'daemon off;'],
          Env: ['PATH=/bin', 'OPTS=a=b', 'EMPTY'],
          Labels: { b: '2', a: '1' },
          ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
          User: '101',
          WorkingDir: '/srv',
        },
      }),
    )
    expect(config).toMatchObject({
      entrypoint: ['/entry.sh'],
      ports: ['80/tcp', '443/tcp'],
      user: '101',
      workdir: '/srv',
      environment: [
        ['PATH', '/bin'],
        ['OPTS', 'a=b'],
        ['EMPTY', ''],
      ],
      labels: [
        ['a', '1'],
        ['b', '2'],
      ],
    })
    expect(argumentsText(config.command)).toBe('["nginx", "-g", "daemon off;"]')
  })
  test('fields of the wrong kind count as not set', () => {
    const config = readImageConfig('{"config":{"Env":"PATH=/","Cmd":{"0":"sh"},"Labels":[1],"User":7}}')
    expect(config).toEqual(readImageConfig('{}'))
    expect(argumentsText(config.command)).toBe('')
  })
})

test('readBuildHistory takes what the API gives and nothing else', () => {
  expect(
    readBuildHistory([{ created_by: 'RUN x', created: '2026-01-01T00:00:00Z' }, { empty_layer: true }]),
  ).toEqual([
    { createdBy: 'RUN x', createdAt: '2026-01-01T00:00:00Z', comment: '', emptyLayer: false },
    { createdBy: '', createdAt: null, comment: '', emptyLayer: true },
  ])
  expect(readBuildHistory('oops')).toEqual([])
})
