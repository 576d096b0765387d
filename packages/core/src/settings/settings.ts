import { hostname } from 'node:os'
import type * as v from 'valibot'
import { PASSWORD_RULE } from '../passwords/index.ts'
import {
  addresses,
  certificateFile,
  databaseUrl,
  directory,
  nodeName,
  origin,
  password,
  port,
  secret,
  text,
  url,
} from './formats.ts'

/**
 * One setting of Berth. `description` and `cure` are whole sentences for a person: the README's table and the
 * list of problems are made of them. `fallback` is the text that holds when the variable is not set, `fallbackText`
 * says so in the README. `secret` values never appear in a message. `audience` tells who sets it: a person, or
 * whoever starts the parts one by one (`npm start`, compose).
 */
export interface Setting<S extends v.GenericSchema<string, unknown> = v.GenericSchema<string, unknown>> {
  schema: S
  fallback?: () => string
  fallbackText: string
  description: string
  cure: string
  secret?: true
  audience: 'person' | 'part'
}

const setting = <S extends v.GenericSchema<string, unknown>>(definition: Setting<S>) => definition

/** Every environment variable Berth reads. A setting that is not in this table does not exist. */
export const settings = {
  BERTH_DATA_DIR: setting({
    schema: directory,
    fallback: () => './data',
    fallbackText: '`./data`',
    description: 'Where everything that must be kept lives: database, images, generated secrets, logs.',
    cure: 'Give the path of a directory that the account running Berth may write to.',
    audience: 'person',
  }),
  BERTH_PORT: setting({
    schema: port,
    fallback: () => '8080',
    fallbackText: '`8080`',
    description: 'The port Berth answers on; 0 takes any free one.',
    cure: 'Give a free port from 1 to 65535, or 0 for any free one.',
    audience: 'person',
  }),
  BERTH_EXTERNAL_URL: setting({
    schema: origin,
    fallbackText: '`http://localhost:<BERTH_PORT>`',
    description:
      'The address people and clients use, as `https://registry.example.com`; tokens and links carry it.',
    cure: 'Give scheme, host and, if it is not the usual one, port; no path behind them.',
    audience: 'person',
  }),
  BERTH_ADMIN_PASSWORD: setting({
    schema: password,
    fallbackText: 'generated at the first start',
    description:
      'The first password of the administrator `admin`; it has no effect once that account exists.',
    cure: `Use ${PASSWORD_RULE}.`,
    secret: true,
    audience: 'person',
  }),
  BERTH_RESET_ADMINISTRATOR: setting({
    schema: text(255),
    fallbackText: 'nobody is reset',
    description:
      'Name of a local administrator who is locked out: at the start the account gets `BERTH_ADMIN_PASSWORD` and loses its second factor. Take it away afterwards.',
    cure: 'Give the name of a local account, or leave it out.',
    audience: 'person',
  }),
  BERTH_SECRET_KEY: setting({
    schema: secret,
    fallbackText: 'generated in `<data>/secrets.json`',
    description: 'Encrypts signing keys and stored credentials; every node of one Berth needs the same.',
    cure: 'Use at least 32 random characters, for instance from `openssl rand -hex 32`, and never change them.',
    secret: true,
    audience: 'person',
  }),
  DATABASE_URL: setting({
    schema: databaseUrl,
    fallbackText: 'embedded Postgres',
    description:
      'An existing database: `postgresql://user:password@host/name` or `mysql://user:password@host/name`.',
    cure: 'Give postgresql://user:password@host:5432/name or mysql://user:password@host:3306/name; docs/operations/database.md has the options for TLS.',
    secret: true,
    audience: 'person',
  }),
  REDIS_URL: setting({
    schema: url('redis', 'rediss'),
    fallbackText: 'jobs on Postgres',
    description: 'An existing Redis for the queue of jobs; needed with MySQL or MariaDB.',
    cure: 'Give redis://host:6379, or rediss:// for TLS.',
    secret: true,
    audience: 'person',
  }),
  REGISTRY_URL: setting({
    schema: origin,
    fallbackText: 'embedded registry',
    description: 'An existing CNCF distribution registry to manage, as `http://registry:5000`.',
    cure: 'Give the address under which this machine reaches the registry, without /v2 behind it.',
    audience: 'person',
  }),
  REGISTRY_USERNAME: setting({
    schema: text(255),
    fallbackText: 'tokens are passed on',
    description: 'Account for a registry that wants basic authentication instead of Berth’s tokens.',
    cure: 'Give the account’s name, or leave both REGISTRY_USERNAME and REGISTRY_PASSWORD out.',
    audience: 'person',
  }),
  REGISTRY_PASSWORD: setting({
    schema: text(1024),
    fallbackText: '',
    description: 'Password that belongs to `REGISTRY_USERNAME`.',
    cure: 'Give the account’s password, or leave both REGISTRY_USERNAME and REGISTRY_PASSWORD out.',
    secret: true,
    audience: 'person',
  }),
  REGISTRY_CA_FILE: setting({
    schema: certificateFile,
    fallbackText: 'the system’s authorities',
    description:
      'File with the certificate authorities (PEM) behind an `https` registry’s certificate; trusted for that registry only.',
    cure: 'Give the path of a PEM file that the account running Berth may read, or leave it out.',
    audience: 'person',
  }),
  BERTH_NODE_NAME: setting({
    schema: nodeName,
    fallback: () =>
      hostname()
        .replace(/[^a-zA-Z0-9.-]/g, '-')
        .replace(/^[.-]+/, '')
        .slice(0, 63) || 'berth',
    fallbackText: 'the host’s name',
    description: 'Tells the nodes of one Berth apart in health, logs and locks.',
    cure: 'Give a name of letters, digits, dots and dashes, at most 63 characters.',
    audience: 'person',
  }),
  BERTH_TRUSTED_PROXIES: setting({
    schema: addresses,
    fallbackText: 'nobody is believed',
    description:
      'Proxies in front of Berth, as `10.0.0.0/8,192.0.2.7`; only from them the client’s address is taken from `X-Forwarded-For`.',
    cure: 'Give addresses or CIDR ranges with commas between them.',
    audience: 'person',
  }),
  BERTH_METRICS_PORT: setting({
    schema: port,
    fallbackText: 'no metrics',
    description:
      'The port of `GET /metrics` for Prometheus. Under `npm start` the gateway takes it, the jobs the next one, and the console the one after that.',
    cure: 'Give the first of three free ports from 1 to 65533, or leave it out.',
    audience: 'person',
  }),
  BERTH_METRICS_HOST: setting({
    schema: text(255),
    fallback: () => '127.0.0.1',
    fallbackText: '`127.0.0.1`',
    description:
      'The address that the port for metrics listens on; whoever reaches it can read them without signing in.',
    cure: 'Give an address of this machine, as 127.0.0.1, or 0.0.0.0 for all of them.',
    audience: 'person',
  }),
  BERTH_WEB_URL: setting({
    schema: origin,
    fallbackText: 'set by `npm start`',
    description: 'Where the gateway finds the console.',
    cure: 'Give the console’s address, as http://web:3000.',
    audience: 'part',
  }),
}

export type SettingName = keyof typeof settings
