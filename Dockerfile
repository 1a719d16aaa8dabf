# Locator as a service on port 8000. Needs CAP_NET_RAW (a default capability of Docker) for ICMP probes:
#   docker build -t locator . && docker run -p 8000:8000 -v locator:/data locator
FROM node:22-bookworm AS build
WORKDIR /app
COPY . .
RUN node .ci/setup.mjs --slim

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production LOCATOR_HOST=0.0.0.0 LOCATOR_PORT=8000 LOCATOR_DATA_DIR=/data
RUN mkdir /data && chown node:node /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD \
  node -e "fetch('http://127.0.0.1:8000/api/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
# The server runs as an ordinary user that keeps the one right it needs; see binding-notes/privileges.md.
CMD ["setpriv", "--reuid=node", "--regid=node", "--init-groups", \
     "--inh-caps=+net_raw", "--ambient-caps=+net_raw", "--no-new-privs", \
     "node", "packages/server/dist/main.js"]
