# The image of every app; APP says of which: docker build --build-arg APP=gateway .
# The stages down to `workspace` are the same for all, so that building the second image takes seconds.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-bookworm-slim AS node

# All packages of the lockfile. Nothing but a new dependency runs this again, and then it downloads only that.
FROM node AS packages
WORKDIR /workspace
# Scripts of packages would bring a second Node and a PostgreSQL, which no image needs.
ENV PNPM_CONFIG_STORE_DIR=/pnpm/store PNPM_CONFIG_IGNORE_SCRIPTS=true \
    TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1 CI=true
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN --mount=type=cache,target=/root/.npm \
    npm install --global "$(node --print 'require("./package.json").packageManager')"
RUN --mount=type=cache,id=throughline-pnpm,target=/pnpm/store pnpm fetch

FROM packages AS workspace
COPY . .
RUN --mount=type=cache,id=throughline-pnpm,target=/pnpm/store pnpm install --offline --frozen-lockfile

# One app with what it needs to run. Builds take turns, because each leaves the next one what they share.
FROM workspace AS build
ARG APP
RUN --mount=type=cache,id=throughline-turbo,target=/workspace/.turbo/cache,sharing=locked \
    pnpm exec turbo run build --filter="@throughline/${APP}"
RUN --mount=type=cache,id=throughline-pnpm,target=/pnpm/store \
    pnpm --filter="@throughline/${APP}" deploy --prod --offline /app && \
    node scripts/image/prune.mjs /app

FROM node
WORKDIR /app
COPY --from=build /app ./
# V8 asks the machine how much memory there is; a container has less.
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache NODE_OPTIONS=--max-old-space-size-percentage=60
RUN install --directory --owner=node "$NODE_COMPILE_CACHE"
USER node
RUN --mount=type=bind,source=scripts/image/load-all.mjs,target=/tmp/load-all.mjs \
    node --import @throughline/telemetry/register --input-type=module </tmp/load-all.mjs
# Last, because they change with every build.
ARG APP VERSION=0.1.0 REVISION=unknown
LABEL org.opencontainers.image.title="throughline-${APP}" \
      org.opencontainers.image.description="One service of Throughline, a reference for distributed tracing" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
CMD ["node", "--import", "@throughline/telemetry/register", "dist/main.js"]
