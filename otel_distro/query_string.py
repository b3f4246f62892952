"""Takes the values out of query strings: a value may be a token, and a name never is."""

_LONGEST = 2048


def without_values(query_string: bytes) -> str:
    """Return a query string with `REDACTED` for each value, as in `page=REDACTED&verbose`.

    Args:
        query_string: as sent, without its question mark; cut off where it is long.
    """
    pairs = [pair.partition("=") for pair in query_string[:_LONGEST].decode("latin-1").split("&")]
    return "&".join(f"{name}=REDACTED" if equals else name for name, equals, _ in pairs)
