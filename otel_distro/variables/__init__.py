"""Every variable that this distribution, the SDK or an instrumentation reads: one concern a file."""
