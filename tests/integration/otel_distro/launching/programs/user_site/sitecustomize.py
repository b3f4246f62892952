"""A user's own module of this name."""

import os

os.environ["USER_SITECUSTOMIZE"] = "ran"
