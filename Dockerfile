# syntax=docker/dockerfile:1
# One image for all parts of Berth; the targets differ in what they start and how they are checked.
FROM node:24-bookworm-slim AS build
WORKDIR /berth
ENV CI=true NEXT_TELEMETRY_DISABLED=1 CHECKPOINT_DISABLE=1 PRISMA_SCHEMA_ENGINE_BINARY=/bin/true
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/gateway/package.json apps/gateway/
COPY apps/jobs/package.json apps/jobs/
COPY apps/web/package.json apps/web/
COPY packages/api/package.json packages/api/
COPY packages/contract/package.json packages/contract/
COPY packages/core/package.json packages/core/
COPY packages/db/package.json packages/db/
COPY packages/ldap-client/package.json packages/ldap-client/
COPY packages/registry-client/package.json packages/registry-client/
COPY packages/servers/package.json packages/servers/
COPY packages/testing/package.json packages/testing/
COPY packages/ui/package.json packages/ui/
COPY bench/package.json bench/
COPY e2e/package.json e2e/
RUN npx -y pnpm@12.21.0 install --frozen-lockfile
COPY . .
# The same two steps as `npm start`: database clients, then the console.
RUN node scripts/build.ts

FROM node:24-bookworm-slim AS runtime
WORKDIR /berth
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 BERTH_DATA_DIR=/data
RUN install -d -o node -g node /data
COPY --from=build --chown=node:node /berth /berth
USER node
VOLUME /data

# Migrates the database, makes the first administrator, writes the certificates the registry trusts; then ends.
FROM runtime AS setup
CMD ["node", "scripts/prepare.ts"]

FROM runtime AS gateway
EXPOSE 8080
CMD ["node", "apps/gateway/src/main.ts"]

FROM runtime AS jobs
ENV MALLOC_ARENA_MAX=1 NODE_COMPILE_CACHE=/berth/.cache/node
# Compiled once, while the image is made, and for the user and the options that it runs with: else each start takes 20 MiB more.
RUN ["node", "--max-semi-space-size=2", "--heap-growing-percent=40", "-e", "import('/berth/apps/jobs/src/runner.ts').then(() => import('/berth/apps/jobs/src/jobs.ts'))"]
CMD ["node", "--max-semi-space-size=2", "--heap-growing-percent=40", "apps/jobs/src/main.ts"]

FROM runtime AS web
EXPOSE 3000
WORKDIR /berth/apps/web
CMD ["node", "node_modules/next/dist/bin/next", "start", "--keepAliveTimeout", "65000", "-H", "0.0.0.0", "-p", "3000"]
