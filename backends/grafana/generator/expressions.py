"""The shapes of PromQL that several dashboards have in common."""

EVERY = "[$__rate_interval]"


def rate(series: str, *by: str) -> str:
    """Return how much is counted in a second, for each combination of the labels."""
    labels = f" by ({', '.join(by)}) " if by else ""
    return f"sum{labels}(rate({series}{EVERY}))"


def failed(succeeded: str, all_of_them: str, *by: str) -> str:
    """Return the share, from 0 to 1, that did not succeed.

    Asked by what succeeded, as there is no series of failures where nothing fails; nor one of successes where
    everything does.
    """
    total = rate(all_of_them, *by)
    return f"1 - ({rate(succeeded, *by)} or 0 * {total}) / {total}"


def quantile(share: float, buckets: str, *by: str) -> str:
    """Return what a share, from 0 to 1, of a classic histogram's measurements does not exceed."""
    return f"histogram_quantile({share}, {rate(buckets, 'le', *by)})"


def quantiles(buckets: str) -> dict[str, str]:
    """Return the three that a graph of durations has, by their legends."""
    return {f"p{share * 100:g}": quantile(share, buckets) for share in (0.5, 0.95, 0.99)}
