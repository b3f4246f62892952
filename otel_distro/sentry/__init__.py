"""Error reporting to Sentry, tied to the trace; only where `SENTRY_DSN` is set."""
