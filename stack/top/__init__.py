"""The figures of a running service in the terminal, from the Collector's `/metrics` alone."""
