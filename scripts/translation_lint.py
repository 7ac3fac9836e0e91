"""Every Vietnamese sentence that the house shows has an English one.

The sentences are collected anew in a copy of the sources, so that nothing in the clone changes.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = Path("src/tinhso/locale/en/LC_MESSAGES/django.po")


def main() -> int:
    if not (ROOT / CATALOGUE).exists():
        print(f"{CATALOGUE} is missing: run django-admin makemessages -l en in src/tinhso")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tinhso"
        left_out = shutil.ignore_patterns("__pycache__", "*.mo", "tests", "static")
        shutil.copytree(ROOT / "src" / "tinhso", copy, ignore=left_out)
        admin = [sys.executable, "-m", "django", "makemessages", "-l", "en", "--keep-pot", "--no-location", "-v0"]
        done = subprocess.run(admin, cwd=copy, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout + done.stderr)
            return 1
        compared = subprocess.run(
            ["msgcmp", "--use-untranslated", str(ROOT / CATALOGUE), str(copy / "locale" / "django.pot")],
            capture_output=True,
            text=True,
        )
        if compared.returncode:
            print(compared.stderr)
            return 1
    attributes = ["msgattrib", "--no-obsolete", "--untranslated", str(ROOT / CATALOGUE)]
    untranslated = subprocess.run(attributes, capture_output=True, text=True).stdout
    fuzzy = subprocess.run([*attributes[:2], "--only-fuzzy", attributes[3]], capture_output=True, text=True).stdout
    print(untranslated + fuzzy, end="")
    return 1 if untranslated.strip() or fuzzy.strip() else 0


if __name__ == "__main__":
    sys.exit(main())
