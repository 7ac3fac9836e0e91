"""Run every registered sample loader and list the sample accounts in the home for `tinhso up` to print."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from tinhso.kernel.samples import sample_loaders


class Command(BaseCommand):
    help = "Add the sample accounts and data."

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = []
        for _name, load in sample_loaders:
            with transaction.atomic():
                accounts += [asdict(account) for account in load()]
        file = settings.HERE.home / "sample-accounts.json"
        file.write_text(json.dumps(accounts, ensure_ascii=False, indent=1))
        file.chmod(0o600)
