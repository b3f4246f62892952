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

# Prometheus expands no variables in rules, so a threshold comes to them as a series of its own.
is_percentage() {
    case $1 in '' | . | *[!0-9.]* | *.*.*) return 1 ;; esac
    awk "BEGIN { exit !($1 > 0 && $1 <= 100) }"
}
threshold() {
    percent=${3%\%}
    if ! is_percentage "$percent"; then
        echo "$2='$3' is no percentage above 0 and up to 100, such as 5 or 5%: $4 is used" >&2
        percent=$4
    fi
    printf '      - {record: "travel_crm:%s:percent", expr: "vector(%s)"}\n' "$1" "$percent"
}
{
    printf 'groups:\n  - name: thresholds\n    rules:\n'
    threshold alert_error_rate_threshold ALERT_ERROR_RATE_THRESHOLD "${ALERT_ERROR_RATE_THRESHOLD:-5}" 5
    threshold alert_memory_threshold ALERT_MEMORY_THRESHOLD "${ALERT_MEMORY_THRESHOLD:-85}" 85
} >"$data/config/thresholds.yml"

# Where the rules' links lead: to the runbooks of this checkout, unless they are published somewhere.
GRAFANA_URL=${GRAFANA_URL:-http://127.0.0.1:${GRAFANA_PORT:-3000}}
RUNBOOK_URL=${RUNBOOK_URL:-file://${here%/backends/prometheus}/docs/runbooks}
export GRAFANA_URL="${GRAFANA_URL%/}" RUNBOOK_URL="${RUNBOOK_URL%/}"

exec "$binary" \
    --config.file="$data/config/prometheus.yml" \
    --storage.tsdb.path="$data/tsdb" \
    --storage.tsdb.retention.time=7d \
    --web.listen-address="$listen" \
    --web.enable-otlp-receiver \
    --web.enable-lifecycle \
    --enable-feature=exemplar-storage
