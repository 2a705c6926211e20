# Built natively once, cross-compiled for the platform that is asked for.
FROM --platform=$BUILDPLATFORM oven/bun:1.4.5 AS build
ARG TARGETARCH=amd64
WORKDIR /src
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile
COPY . .
RUN bun src/build.ts --target "bun-linux-$(echo "$TARGETARCH" | sed s/amd64/x64/)" && mkdir /data

# The code index needs git, and a shell to keep it within its limits.
FROM debian:12-slim
RUN apt-get update -q \
  && apt-get install -qy --no-install-recommends ca-certificates git openssh-client \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 65532 --user-group --no-create-home --home-dir /nonexistent nonroot
COPY --from=build /src/dist/holdfast /holdfast
COPY --from=build --chown=nonroot:nonroot /data /data
USER nonroot
ENV HOST=0.0.0.0 DATA_DIR=/data BUN_OPTIONS= BUN_BE_BUN=
EXPOSE 8890
VOLUME /data
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/holdfast", "health"]
ENTRYPOINT ["/holdfast"]
CMD ["serve"]
