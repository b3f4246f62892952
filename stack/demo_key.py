"""The API key of the demo tenant: as DEMO_API_KEY says, or else made at random once for each stack directory.

It is kept beside the stack's data, for its user alone, so that `status` and `traffic` find it again.
"""

import secrets

from stack.settings import Settings


def demo_key(settings: Settings) -> str:
    """Return the key; it is made and written down where there is none yet."""
    file = settings.directory / "demo-api-key"
    known = file.read_text(encoding="ascii") if file.exists() else ""
    key = settings.demo_api_key or known or f"demo_{secrets.token_urlsafe(24)}"
    if key != known:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(key, encoding="ascii")
    return key
