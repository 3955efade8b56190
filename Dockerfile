# The map in a container: docker build -t jidi . && docker run --rm -p 127.0.0.1:8080:8080 jidi

FROM node:22-bookworm-slim AS web
WORKDIR /jidi
COPY geodata geodata
COPY web web
RUN cd web && npm ci --no-audit --no-fund && npm run build

FROM rust:1.95-slim-bookworm AS binary
# cc, for what is compiled from C.
RUN apt-get update && apt-get install --yes --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /jidi
COPY Cargo.toml Cargo.lock build.rs ./
COPY benches benches
COPY examples examples
COPY src src
COPY tests tests
COPY geodata geodata
COPY --from=web /jidi/web/dist web/dist
RUN cargo build --release --locked --bin jidi

FROM debian:bookworm-slim
COPY --from=binary /jidi/target/release/jidi /usr/local/bin/jidi
COPY LICENSE LICENSE-APACHE LICENSE-MIT NOTICE /usr/share/doc/jidi/
# A user without a name, a home or rights; lists are kept in /data and nowhere else.
RUN install --directory --owner=10001 --group=10001 /data
VOLUME /data
USER 10001:10001
ENV JIDI_STORE=/data/jidi.gpkg JIDI_LISTEN=0.0.0.0:8080 JIDI_LOG_FORMAT=json RUST_LOG=info
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["jidi", "serve", "--check"]
ENTRYPOINT ["jidi"]
CMD ["serve"]
