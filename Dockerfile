# One native stage compiles for the platform that is asked for; the images hold the binary, its C library and nothing else.
#
#   docker build -t holdfast:0.1.0 .                                   the server, as user 65532
#   docker build --target code -t holdfast:0.1.0-code .                with git, which the code module clones with
#   docker build --target fly -t holdfast:0.1.0-fly .                  for fresh volumes: starts as root, goes on as 65532
#   docker buildx build --platform linux/amd64,linux/arm64 -t … .      both architectures, without an emulator
#
# Distroless has no numbered tags: pin a digest with --build-arg RUNTIME=gcr.io/distroless/base-debian12@sha256:…
ARG RUNTIME=gcr.io/distroless/base-debian12

FROM --platform=$BUILDPLATFORM oven/bun:1.4.5 AS build
ARG TARGETARCH=amd64
WORKDIR /src
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --production
COPY migrations migrations
COPY src src
RUN bun src/build.ts --target "bun-linux-$(echo "$TARGETARCH" | sed s/amd64/x64/)" && mkdir /data

FROM debian:12.12-slim AS code
RUN apt-get update -q && apt-get install -qy --no-install-recommends git openssh-client ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/dist/holdfast /holdfast
COPY --from=build --chown=65532:65532 /data /data
ENV HOST=0.0.0.0 DATA_DIR=/data HOME=/data BUN_OPTIONS= BUN_BE_BUN=
USER 65532:65532
EXPOSE 8890
VOLUME /data
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/holdfast", "health"]
ENTRYPOINT ["/holdfast"]
CMD ["serve"]

FROM $RUNTIME AS fly
COPY --from=build /src/dist/holdfast /holdfast
ENV HOST=:: DATA_DIR=/data RUN_AS=65532:65532 BUN_OPTIONS= BUN_BE_BUN=
EXPOSE 8890
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/holdfast", "health"]
ENTRYPOINT ["/holdfast"]
CMD ["serve"]

FROM $RUNTIME AS runtime
COPY --from=build /src/dist/holdfast /holdfast
COPY --from=build --chown=65532:65532 /data /data
ENV HOST=0.0.0.0 DATA_DIR=/data BUN_OPTIONS= BUN_BE_BUN=
USER 65532:65532
EXPOSE 8890
VOLUME /data
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/holdfast", "health"]
ENTRYPOINT ["/holdfast"]
CMD ["serve"]
