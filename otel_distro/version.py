"""The version of this distribution, as installed."""

from importlib.metadata import version

VERSION = version("otel-distro")
