"""Every template of the house compiles: cotton components, includes, tags, filters."""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
    django.setup()
    engine = engines.all()[0]
    mistakes = 0
    count = 0
    for app in settings.FLOORS:
        folder = ROOT / "src" / Path(*app.split(".")) / "templates"
        for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.txt")):
            count += 1
            try:
                engine.get_template(str(path.relative_to(folder)))
            except (TemplateSyntaxError, TemplateDoesNotExist, ValueError) as error:
                mistakes += 1
                print(f"{path.relative_to(ROOT)}: {type(error).__name__}: {error}")
    print(f"{count} templates")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
