# The service as one static binary. Build: docker build -t gridbot .
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /gridbot . \
 && mkdir -p /empty/spool

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /gridbot /gridbot
COPY --from=build /src/config.yaml /etc/gridbot/config.yaml
# The spool keeps acknowledged messages while Redis is away: mount a volume here.
COPY --from=build --chown=nonroot:nonroot /empty/spool /var/lib/gridbot
VOLUME /var/lib/gridbot
ENV GRIDBOT_SERVER_ADDR=:8080 GRIDBOT_SPOOL_PATH=/var/lib/gridbot/spool.db \
    GRIDBOT_RETENTION_DIR=/var/lib/gridbot/archive
EXPOSE 8080
ENTRYPOINT ["/gridbot"]
CMD ["serve", "--config", "/etc/gridbot/config.yaml"]
