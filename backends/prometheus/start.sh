#!/bin/sh
# Starts Prometheus with the addresses that its environment names, and becomes it.
#
#   sh start.sh BINARY
#
# Prometheus expands no variables in its configuration. So this lays out a configuration folder with
# links to the files in this one, and writes the targets beside them. Native stack and compose both
# run it; README.md lists the variables.
set -eu

binary=${1:?the path or name of the prometheus binary}
data=${PROMETHEUS_DATA_DIR:?the folder that Prometheus keeps its data in}
here=$(cd "$(dirname "$0")" && pwd)
host=${LISTEN_HOST:-127.0.0.1}
port=${PROMETHEUS_PORT:-9090}
config=$data/config

target() {
    printf '[{"targets": ["%s"]}]\n' "$2" >"$config/targets/$1.yml"
}

mkdir -p "$config/targets"
ln -sfn "$here/prometheus.yml" "$config/prometheus.yml"
ln -sfn "$here/rules" "$config/rules"
target prometheus "127.0.0.1:$port"
target otelcol "${COLLECTOR_METRICS_ADDRESS:-127.0.0.1:${COLLECTOR_METRICS_PORT:-8888}}"
target alertmanager "${ALERTMANAGER_ADDRESS:-127.0.0.1:${ALERTMANAGER_PORT:-9093}}"

exec "$binary" \
    --config.file="$config/prometheus.yml" \
    --storage.tsdb.path="$data/tsdb" \
    --storage.tsdb.retention.time=15d \
    --web.listen-address="$host:$port" \
    --web.enable-otlp-receiver \
    --enable-feature=exemplar-storage \
    --log.level=warn
