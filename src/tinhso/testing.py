"""Loaded by pytest before anything else: points this process at the suite's own instance home."""

import os

from tinhso.config import ROOT

os.environ["TINHSO_HOME"] = os.environ.get("TINHSO_TEST_HOME") or str(ROOT / "var" / "test")
os.environ["TINHSO_PORT"] = os.environ.get("TINHSO_TEST_PORT") or "8700"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop in the thread of the test
