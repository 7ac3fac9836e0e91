"""What lies in a home is for its owner."""

from pathlib import Path

from tinhso.cli.homes import open_home


def test_the_logs_where_sample_passwords_are_printed_are_for_their_owner(tmp_path: Path) -> None:
    open_home(tmp_path)
    assert (tmp_path / "logs").stat().st_mode & 0o077 == 0
