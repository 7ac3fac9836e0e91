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


def test_a_file_that_cannot_be_read_does_not_hide_the_mistakes_of_others_and_is_said_to_be_looked_at_no_further(
    tmp_path, capsys
):
    folder = tmp_path / "pack"
    shutil.copytree(settings.HERE.pack, folder)
    broken = folder / "procedures" / "1.001193" / "rules.yaml"
    broken.write_text(broken.read_text() + "\n- id: [\n")
    units = folder / "units" / "units.csv"
    units.write_text(units.read_text().replace("Xã Hòn Tre,commune", "Xã Hòn Tre,village"))

    assert main(["pack", "check", str(folder)]) == 1
    printed = capsys.readouterr().err
    assert "procedures/1.001193/rules.yaml:" in printed
    assert "units/units.csv:" in printed
    assert "phần đọc từ procedures/1.001193/rules.yaml" in printed
    assert "chưa được xem. Sửa rồi kiểm tra lại." in printed
