"""`tinhso pack`: the analyst's command."""

import shutil

from django.conf import settings

from tinhso.cli.main import main


def test_each_mistake_is_printed_and_the_command_fails(tmp_path, capsys):
    folder = tmp_path / "pack"
    shutil.copytree(settings.HERE.pack, folder)
    units = folder / "units" / "units.csv"
    units.write_text(units.read_text().replace("Xã Hòn Tre,commune", "Xã Hòn Tre,village"))
    assert main(["pack", "check", str(folder)]) == 1
    printed = capsys.readouterr().err
    assert "units/units.csv:" in printed
    assert " — " in printed


def test_a_pack_without_mistakes_passes(capsys):
    assert main(["pack", "check", str(settings.HERE.pack)]) == 0
    assert "Gói đúng" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_one_mistake(tmp_path, capsys):
    assert main(["pack", "check", str(tmp_path / "nothing")]) == 1
    assert "1 lỗi" in capsys.readouterr().err
