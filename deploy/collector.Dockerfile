# Our Collector. Its configuration is mounted on /etc/otelcol; its queues are in /var/lib/otelcol.
# docker build -f deploy/collector.Dockerfile .
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY collector/go.mod collector/go.sum ./
COPY collector/*.go ./
# CGO for the viewer's database, which is written in C++.
RUN CGO_ENABLED=1 go build -buildvcs=false -trimpath -ldflags "-s -w" -o /otelcol .

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=10001 --group=10001 /var/lib/otelcol
COPY --from=build /otelcol /usr/local/bin/otelcol
ENV COLLECTOR_STORAGE_DIR=/var/lib/otelcol
USER 10001:10001
EXPOSE 4317 4318 8888 8889 13133
ENTRYPOINT ["otelcol"]
CMD ["--config=/etc/otelcol/base.yaml", "--config=/etc/otelcol/travel-crm.yaml", "--config=/etc/otelcol/full.yaml"]
