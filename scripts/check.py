"""`make check`: what can be known without running the house. Each step prints its time; all run, then it decides."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")

STEPS: dict[str, list[str]] = {
    "strict types (mypy)": [str(BIN / "mypy")],
    "style (ruff check)": [str(BIN / "ruff"), "check", "."],
    "layout (ruff format)": [str(BIN / "ruff"), "format", "--check", "."],
    "floors (import-linter)": [str(BIN / "lint-imports")],
    "one clock": [PYTHON, "scripts/clock_lint.py"],
    "Django's own checks": [PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "templates": [PYTHON, "manage.py", "check_templates"],
    "migrations match the models": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [PYTHON, "scripts/translation_lint.py"],
    "docs/openapi.json is the API": [PYTHON, "manage.py", "write_openapi", "--check"],
}


def environment() -> dict[str, str]:
    home = os.environ.get("TINHSO_TEST_HOME") or str(ROOT / "var" / "test")
    return {**os.environ, "TINHSO_HOME": home, "PYTHONWARNINGS": "ignore::RuntimeWarning"}


def step(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    fine = done.returncode == 0
    print(f"{'✓' if fine else '✗'} {name}: {time.monotonic() - began:.1f} s", flush=True)
    if not fine:
        print((done.stdout + done.stderr).strip(), flush=True)
    return fine


def main() -> int:
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda item: step(*item), STEPS.items()))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
