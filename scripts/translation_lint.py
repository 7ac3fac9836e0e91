"""Every Vietnamese sentence that the house shows has an English one.

The sentences are collected anew in a copy of the sources, so that nothing in the clone changes. What lacks is printed
as entries to fill in; ``--write`` puts them into the catalogue instead.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "src" / "tinhso" / "locale" / "en" / "LC_MESSAGES" / "django.po"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """The output of a gettext tool. Raises SystemExit with what it says when it fails."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def collected(folder: Path) -> Path:
    """All sentences of the sources, as a template."""
    copy = folder / "tinhso"
    left_out = shutil.ignore_patterns("__pycache__", "*.mo", "tests", "static")
    shutil.copytree(ROOT / "src" / "tinhso", copy, ignore=left_out)
    words = ("makemessages", "-l", "en", "--keep-pot", "--no-location", "--no-wrap", "-v0")
    run(sys.executable, "-m", "django", *words, cwd=copy)
    return copy / "locale" / "django.pot"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        template = collected(Path(name))
        merged = Path(name) / "merged.po"
        options = ("--no-fuzzy-matching", "--no-wrap", "--quiet", "--no-location", "-o", merged)
        run("msgmerge", *options, CATALOGUE, template)
        if "--write" in sys.argv:
            run("msgattrib", "--no-obsolete", "--no-wrap", "-o", CATALOGUE, merged)
            return 0
        lacking = run("msgattrib", "--no-obsolete", "--untranslated", "--no-wrap", merged)
        unsure = run("msgattrib", "--no-obsolete", "--only-fuzzy", "--no-wrap", merged)
        entries = [part for part in (lacking + "\n" + unsure).split("\n\n") if 'msgid ""\nmsgstr ""' not in part]
        entries = [part for part in entries if "msgid " in part]
        if entries:
            print("\n\n".join(entries))
            print(f"{len(entries)} sentences lack an English one in {CATALOGUE.relative_to(ROOT)}")
        return 1 if entries else 0


if __name__ == "__main__":
    sys.exit(main())
