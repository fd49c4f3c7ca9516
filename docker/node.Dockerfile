# The node of one branch: the shop's side.
#
#   docker build -f docker/node.Dockerfile -t branchline-node .
#
# The first stage is the same, line for line, in hub.Dockerfile and node.Dockerfile, so it is built once for both.

FROM swift:6.3-bookworm AS build
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends libsqlite3-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Package.swift names the test targets, so it cannot be read without Tests.
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
# Swift's own libraries go into the program; without its symbols it is much smaller.
RUN swift build -c release --product branchline --static-swift-stdlib \
    && install -D -s "$(swift build -c release --show-bin-path)/branchline" /built/branchline

FROM debian:12-slim
# What the program is linked with, and the time zones that it reads. TLS is inside it (BoringSSL), and the chain is
# its own certificate authority: neither libssl3 nor ca-certificates is needed.
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends libsqlite3-0 libstdc++6 tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /data branchline \
    && install -d -o branchline -g branchline -m 0700 /data
COPY --from=build /built/branchline /usr/local/bin/branchline
COPY docker/node-entrypoint.sh /usr/local/bin/entrypoint
USER branchline
# Database, keys and certificates: all of it, and the only place that is written to. Mount a volume here.
WORKDIR /data
# The shop's tills, on the shop's own network.
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["branchline", "status", "--data", "/data"]
ENTRYPOINT ["entrypoint"]
