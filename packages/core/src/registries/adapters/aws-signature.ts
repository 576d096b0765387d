import { createHash, createHmac } from 'node:crypto'

export interface AwsRequest {
  method: string
  /** Its path and query must be in their encoded form. */
  url: URL
  /** Lower-case names; `host` and `x-amz-date` are added. */
  headers: Record<string, string>
  bodySha256: string
  region: string
  service: string
  accessKey: string
  secretKey: string
  at: Date
}

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()

/** The request's headers with Amazon's Signature Version 4 ("AWS4-HMAC-SHA256", AWS General Reference) among them. */
export function signAws(request: AwsRequest): Record<string, string> {
  const { method, url, bodySha256, region, service, accessKey, secretKey, at } = request
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const headers: Record<string, string> = { ...request.headers, host: url.host, 'x-amz-date': time }
  const names = Object.keys(headers).sort()
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const canonical = [
    method,
    url.pathname,
    query,
    ...names.map((name) => `${name}:${headers[name]!.trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    bodySha256,
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  )
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secretKey}`)
  const signature = hmac(key, toSign).toString('hex')
  const { host: _, ...sent } = headers
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

/** As Amazon counts: all but letters, digits and `-._~`. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
