#!/bin/sh
# Lays out Prometheus's configuration for the addresses in the environment, then becomes Prometheus.
# The native stack and compose both start it here. Usage: sh start.sh BINARY; variables: ../README.md.
set -eu

binary=$1
here=$(cd "$(dirname "$0")" && pwd)
data=${PROMETHEUS_DATA_DIR:?is not set: the directory that Prometheus keeps its data in}
listen=${LISTEN_HOST:-127.0.0.1}:${PROMETHEUS_PORT:-9090}

mkdir -p "$data/config/targets"
# Links, so that an edit in the checkout counts on the next reload.
ln -sfn "$here/prometheus.yml" "$data/config/prometheus.yml"
ln -sfn "$here/rules" "$data/config/rules"

target() {
    printf -- '- targets: ["%s"]\n' "$2" >"$data/config/targets/$1.yml"
}
target collector "${COLLECTOR_METRICS_ADDRESS:-127.0.0.1:${COLLECTOR_METRICS_PORT:-8888}}"
target alertmanager "${ALERTMANAGER_ADDRESS:-127.0.0.1:${ALERTMANAGER_PORT:-9093}}"
target prometheus "127.0.0.1:${PROMETHEUS_PORT:-9090}"

exec "$binary" \
    --config.file="$data/config/prometheus.yml" \
    --storage.tsdb.path="$data/tsdb" \
    --storage.tsdb.retention.time=7d \
    --web.listen-address="$listen" \
    --web.enable-otlp-receiver \
    --web.enable-lifecycle \
    --enable-feature=exemplar-storage
