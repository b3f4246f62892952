"""Builds, starts, probes and stops the real components without a container engine."""
