/** One answer of a registry's protocol, written down from its documentation. */
export interface Recorded {
  /** `GET https://host/path?query`, exactly as it must be asked. */
  ask: string
  /** Headers that must come with it. */
  headers?: Record<string, string | RegExp>
  body?: string | RegExp
  status: number
  answer?: { headers?: Record<string, string>; body?: unknown }
}

/** A fetch that answers from a record, in its order, and fails for whatever is asked otherwise. */
export function playBack(record: readonly Recorded[]): { fetch: typeof fetch; rest(): number } {
  const left = [...record]
  return {
    rest: () => left.length,
    fetch: async (input, init = {}) => {
      const asked = `${init.method ?? 'GET'} ${String(input)}`
      const next = left.shift()
      if (next === undefined || next.ask !== asked)
        throw new Error(`asked ${asked}, expected ${next?.ask ?? 'nothing more'}`)
      const headers = new Headers(init.headers)
      for (const [name, value] of Object.entries(next.headers ?? {}))
        check(name, headers.get(name) ?? '', value)
      if (next.body !== undefined) check('body', await bodyOf(init.body), next.body)
      const { headers: answered = {}, body = '' } = next.answer ?? {}
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return new Response(next.status === 204 || init.method === 'HEAD' ? null : text, {
        status: next.status,
        headers: answered,
      })
    },
  }
}

function check(name: string, found: string, wanted: string | RegExp): void {
  const same = typeof wanted === 'string' ? found === wanted : wanted.test(found)
  if (!same) throw new Error(`${name} is ${found}, expected ${wanted}`)
}

const bodyOf = async (body: unknown): Promise<string> =>
  body === undefined || body === null ? '' : new Response(body as BodyInit).text()
