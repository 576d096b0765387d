import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild, withFreePort } from '@berth/servers'
import { familyOf } from '../world/processes.ts'
import type { SqlServerPlan } from './sql-server.ts'

export interface BareServer {
  url: string
  /** Every process that handles requests. */
  pids: number[]
  stop(): Promise<void>
}

async function startNode(script: string, args: string[] = []): Promise<BareServer> {
  const child = await startChild({
    name: script,
    command: process.execPath,
    args: [join(import.meta.dirname, script), ...args],
    env: { ...process.env, NODE_ENV: 'production' },
    ready: /listening on (\d+)/,
    stopSignal: 'SIGTERM',
    onLine: (line) => /error/i.test(line) && console.error(`  [${script}] ${line}`),
  })
  return { url: `http://127.0.0.1:${child.readyMatch[1]}`, pids: [child.pid], stop: () => child.stop(2_000) }
}

export const startTokenServer = () => startNode('token-server.ts')

export async function startSqlServer(plan: SqlServerPlan): Promise<BareServer> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-sql-'))
  const file = join(folder, 'plan.json')
  await writeFile(file, JSON.stringify(plan), { mode: 0o600 })
  try {
    return await startNode('sql-server.ts', [file])
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** nginx that passes everything to `upstream` and buffers nothing; one worker, as the gateway is one process. */
export async function startNginx(upstream: string): Promise<BareServer> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-nginx-'))
  await Promise.all(['body', 'proxy', 'other'].map((name) => mkdir(join(folder, name))))
  const configure = (port: number) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/other;
  uwsgi_temp_path ${folder}/other;
  scgi_temp_path ${folder}/other;
  client_max_body_size 0;
  keepalive_requests 100000000;
  upstream registry { server ${new URL(upstream).host}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://registry;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
    }
  }
}
`
  return withFreePort(async (port) => {
    const config = join(folder, 'nginx.conf')
    await writeFile(config, configure(port))
    const url = `http://127.0.0.1:${port}`
    const child = await startChild({
      name: 'nginx',
      command: 'nginx',
      args: ['-e', 'stderr', '-c', config],
      env: { PATH: `${process.env.PATH}:/usr/sbin` },
      ready: () =>
        fetch(`${url}/v2/`).then(
          () => true,
          () => false,
        ),
      stopSignal: 'SIGTERM',
    })
    return {
      url,
      // The master and its worker.
      pids: await familyOf(child.pid),
      async stop() {
        await child.stop(5_000)
        await rm(folder, { recursive: true, force: true })
      },
    }
  })
}
