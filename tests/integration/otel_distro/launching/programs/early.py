"""Serves one request with the application that was there before."""

import sys
from typing import Any

from fastapi.testclient import TestClient

before: Any = sys.modules["sitecustomize"]
sys.stdout.write(str(TestClient(before.app).get("/visits").status_code))
