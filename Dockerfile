# syntax=docker/dockerfile:1
#
# One binary in a small image, without the embedded PostgreSQL, run as an ordinary user:
#
#   docker build -t toolkit .
#   docker run --rm -e DATABASE_URL=… toolkit up-all
#
# A service's own binary instead of the toolkit:
#
#   docker build --build-arg PACKAGE=planning-migration -t planning-migration .
FROM rust:1.95-slim-bookworm AS build
ARG PACKAGE=toolkit
WORKDIR /workspace
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/workspace/target \
    cargo build --locked --release --package "$PACKAGE" --no-default-features --features cli \
    && install -s "target/release/$PACKAGE" /migrate

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home migrate
COPY --from=build /migrate /usr/local/bin/migrate
USER 10001
WORKDIR /tmp
ENTRYPOINT ["/usr/local/bin/migrate"]
