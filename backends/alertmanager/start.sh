#!/bin/sh
# Writes Alertmanager's configuration for what the environment says, then becomes Alertmanager.
# The native stack and compose both start it here. Usage: sh start.sh BINARY; variables: ../README.md.
#
# Alertmanager expands no variables. Secrets go into files of their own, which the configuration names: they are
# in no command line, no configuration, and no environment but this script's.
set -eu
umask 077

binary=$1
here=$(cd "$(dirname "$0")" && pwd)
data=${ALERTMANAGER_DATA_DIR:?is not set: the directory that Alertmanager keeps its data in}
listen=${LISTEN_HOST:-127.0.0.1}:${ALERTMANAGER_PORT:-9093}
config=$data/config/alertmanager.yml
export SECRETS="$data/config/secrets"

# What was told to receivers of an earlier start is gone.
rm -rf "$data/config"
mkdir -p "$SECRETS"
ln -s "$here/templates" "$data/config/templates"
cp "$here/alertmanager.yml" "$config"

say() {
    echo "$*" >&2
}

is_one_word() {
    case $1 in '' | *[[:space:][:cntrl:]]*) return 1 ;; esac
}

is_url() {
    is_one_word "$1" || return 1
    case $1 in http://?* | https://?*) ;; *) return 1 ;; esac
}

is_address() {
    case $1 in *[[:cntrl:]]*) return 1 ;; *?@?*) ;; *) return 1 ;; esac
}

is_duration() {
    case ${1%[smhd]} in "$1" | '' | 0* | *[!0-9]*) return 1 ;; esac
}

# Prints the file with each ${NAME} replaced; a value stands within single quotes, or has been looked at.
expanded() {
    awk '{
        line = $0
        text = ""
        while (match(line, /[$][{][A-Z_]+[}]/)) {
            value = ENVIRON[substr(line, RSTART + 2, RLENGTH - 3)]
            gsub(/\047/, "\047\047", value)
            text = text substr(line, 1, RSTART - 1) value
            line = substr(line, RSTART + RLENGTH)
        }
        print text line
    }' "$1"
}

# Lets the receiver tell somebody.
receiver() {
    sed "/^  - name: $1\$/d" "$config" >"$config.new"
    expanded "$here/receivers/$1.yml" >>"$config.new"
    mv "$config.new" "$config"
}

interval() {
    default=$(sed -n "s/.*: \([^ ]*\) # $1\$/\1/p" "$config")
    if ! is_duration "${2:-$default}"; then
        say "$1='$2' is no duration such as 30s, 5m or 4h: $default is used"
    elif [ -n "$2" ]; then
        sed "s/: [^ ]* # $1\$/: $2/" "$config" >"$config.new"
        mv "$config.new" "$config"
    fi
}
interval ALERT_GROUP_WAIT "${ALERT_GROUP_WAIT:-}"
interval ALERT_GROUP_INTERVAL "${ALERT_GROUP_INTERVAL:-}"
interval ALERT_REPEAT_INTERVAL "${ALERT_REPEAT_INTERVAL:-}"

if [ -z "${SLACK_WEBHOOK_URL:-}" ]; then
    say "SLACK_WEBHOOK_URL is not set: nobody is told by Slack"
elif ! is_url "$SLACK_WEBHOOK_URL"; then
    say "SLACK_WEBHOOK_URL is no http or https URL: nobody is told by Slack"
else
    printf '%s' "$SLACK_WEBHOOK_URL" >"$SECRETS/slack_webhook_url"
    receiver slack
fi

# smtp://[user:password@]host[:port], as the service has it. A password is sent over TLS or not at all.
decoded() {
    printf '%s' "$1" | LC_ALL=C awk '{
        text = ""
        while (match($0, /%[0-9A-Fa-f][0-9A-Fa-f]/)) {
            high = index("0123456789abcdef", tolower(substr($0, RSTART + 1, 1))) - 1
            low = index("0123456789abcdef", tolower(substr($0, RSTART + 2, 1))) - 1
            text = text substr($0, 1, RSTART - 1) sprintf("%c", 16 * high + low)
            $0 = substr($0, RSTART + 3)
        }
        printf "%s", text $0
    }'
}
mail_server() {
    is_one_word "$1" || return 1
    case $1 in
    smtp://?*) SMTP_TLS=false port=25 ;;
    smtps://?*) SMTP_TLS=true port=465 ;;
    *) return 1 ;;
    esac
    rest=${1#*://}
    SMTP_ADDRESS=${rest##*@} SMTP_USERNAME='' SMTP_PASSWORD_FILE='' SMTP_STARTTLS=false
    SMTP_ADDRESS=${SMTP_ADDRESS%/}
    case $SMTP_ADDRESS in '' | :* | */*) return 1 ;; \[*\]:* | [!\[]*:*) ;; *) SMTP_ADDRESS=$SMTP_ADDRESS:$port ;; esac
    case ${SMTP_ADDRESS##*:} in '' | *[!0-9]*) return 1 ;; esac
    if [ "$rest" != "${rest##*@}" ]; then
        credentials=${rest%@*}
        case $credentials in ?*:?*) ;; *) return 1 ;; esac
        SMTP_USERNAME=$(decoded "${credentials%%:*}")
        SMTP_PASSWORD_FILE=$SECRETS/smtp_password
        decoded "${credentials#*:}" >"$SMTP_PASSWORD_FILE"
        [ $SMTP_TLS = true ] || SMTP_STARTTLS=true
    fi
    export SMTP_ADDRESS SMTP_USERNAME SMTP_PASSWORD_FILE SMTP_STARTTLS SMTP_TLS
}

export ALERT_MAIL_FROM="${ALERT_MAIL_FROM:-Travel CRM alerts <alerts@travel-crm.example>}"
if [ -z "${ADMIN_EMAIL:-}" ]; then
    say "ADMIN_EMAIL is not set: nobody is told by e-mail"
elif ! is_address "$ADMIN_EMAIL"; then
    say "ADMIN_EMAIL='$ADMIN_EMAIL' is no e-mail address: nobody is told by e-mail"
elif ! is_address "$ALERT_MAIL_FROM"; then
    say "ALERT_MAIL_FROM='$ALERT_MAIL_FROM' is no e-mail address: nobody is told by e-mail"
elif ! mail_server "${SMTP_URL:-smtp://127.0.0.1:1025}"; then
    say "SMTP_URL is not usable: expected smtp://[user:password@]host[:port]; nobody is told by e-mail"
else
    receiver email
fi

default=https://events.pagerduty.com/v2/enqueue
export PAGERDUTY_URL="${PAGERDUTY_URL:-$default}"
if ! is_url "$PAGERDUTY_URL"; then
    say "PAGERDUTY_URL='$PAGERDUTY_URL' is no http or https URL: $default is used"
    PAGERDUTY_URL=$default
fi
if [ -z "${PAGERDUTY_ROUTING_KEY:-}" ]; then
    say "PAGERDUTY_ROUTING_KEY is not set: nobody is told by PagerDuty"
elif ! is_one_word "$PAGERDUTY_ROUTING_KEY"; then
    say "PAGERDUTY_ROUTING_KEY has blanks in it: nobody is told by PagerDuty"
else
    printf '%s' "$PAGERDUTY_ROUTING_KEY" >"$SECRETS/pagerduty_routing_key"
    receiver pagerduty
fi

unset SLACK_WEBHOOK_URL PAGERDUTY_ROUTING_KEY SMTP_URL
exec "$binary" \
    --config.file="$config" \
    --storage.path="$data" \
    --web.listen-address="$listen" \
    --cluster.listen-address=
