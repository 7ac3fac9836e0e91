"""A production home made fit for this release and machine, after an upgrade or a restore: what lies beside the data."""

from pathlib import Path

from tinhso.cli.installing.rendering import render
from tinhso.cli.installing.writing import hand_over, open_folders, user_of
from tinhso.cli.preparation import manage
from tinhso.config import Instance


def renew(here: Instance) -> Path:
    """Folders, static files, units with this release's paths, and who may read what; the folder of the units.

    Needs no database. Raises Refusal: the user that serves is not there, or this is not root.
    """
    user = user_of(here.settings["service"]["user"])
    open_folders(here)
    manage(here, "collectstatic", "--noinput", "-v0")
    hand_over(here, user)
    return render(here)


def next_steps(here: Instance, folder: Path, *before_doctor: str) -> str:
    """What the operator does then; the doctor comes last, when all that he looks at is there."""
    backup = " tinhso-backup.timer tinhso-archiver" if here.settings.get("backup", {}).get("continuous") else ""
    private = "tinhso-postgres " if here.settings["database"]["private"] else ""
    return "\n".join(
        (
            "systemctl stop 'tinhso-*'",  # a unit that runs would stay with what it was started from
            f"cp {folder}/systemd/* /etc/systemd/system/ && systemctl daemon-reload",
            f"systemctl enable --now {private}tinhso-web tinhso-worker@1 tinhso-worker@2 tinhso-doctor.timer{backup}",
            *before_doctor,
            f"TINHSO_HOME={here.home} tinhso doctor",
        )
    )
