"""What a pack folder may hold, and that every mistake names its file, line and remedy."""

import pytest

from tinhso.kernel.packs import Pack, Unreadable, check_pack
from tinhso.kernel.packs.frame import LARGEST


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "province.yaml").write_text("code: '91'\n")
    return tmp_path


def told(call):
    with pytest.raises(Unreadable) as refused:
        call()
    (mistake,) = refused.value.mistakes
    assert mistake.message
    assert mistake.remedy
    return mistake


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: !!python/object/apply:os.system [id]\n", 2),
        ("a: !!str x\n", 1),
        ("a: 1\nb: &x [1]\n", 2),
        ("a: &a [x, x]\nb: &b [*a, *a]\n", 1),
        ("a:\n  - *x\n", 2),
        ("a: {x: 1}\n<<: {y: 2}\n", 2),
        ("a: 1\na: 2\n", 2),
        ("a: 1\n  b: 2\n", 2),
        ("a: [1, 2\nb: 3\n", 2),
        ("day: 2022-02-30\n", 1),
        ("[a]: 1\n", 1),
        ("a: '\x00'\n", 0),
        ("[" * 200, 0),
        ("- " * 100 + "x", 0),
        ("a: 1\n---\nb: 2\n", 2),
    ],
)
def test_hostile_or_broken_yaml_is_refused_at_its_line(folder, text, line):
    (folder / "x.yaml").write_text(text)
    mistake = told(lambda: Pack(folder).yaml("x.yaml"))
    assert mistake.file == "x.yaml"
    assert not line or mistake.line == line


def test_scalars_mean_what_they_look_like(folder):
    (folder / "x.yaml").write_text(
        "a: no\nb: 07:00\nc: 091\nd: true\ne: 2022-08-26\nf: 12\ng: 1.5\nh:\ni: 0x10\nj: 1e3\n"
    )
    read = Pack(folder).yaml("x.yaml")
    assert [str(read[k]) for k in "abcdefghij"] == [
        *("no", "07:00", "091", "True", "2022-08-26", "12", "1.5", "None", "0x10", "1e3")
    ]


def test_values_know_their_lines(folder):
    (folder / "x.yaml").write_text("# first\na:\n  - 1\n  - b: 2\n    c: 3\n")
    read = Pack(folder).yaml("x.yaml")
    assert (read.line_of("a"), read["a"].line_of(1), read["a"][1].line_of("c")) == (2, 4, 5)


@pytest.mark.parametrize("path", ["../secret.yaml", "/etc/passwd", "a/../../b.yaml", "a\\b.yaml"])
def test_no_path_leads_out_of_the_pack(folder, path):
    told(lambda: Pack(folder).bytes(path))


def test_links_are_refused(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text("x: 1\n")
    (folder / "in").mkdir()
    (folder / "in" / "file.yaml").symlink_to(outside / "secret.yaml")
    (folder / "whole").symlink_to(outside)
    assert {m.file for m in check_pack(folder)} == {"in/file.yaml", "whole"}
    told(lambda: Pack(folder).bytes("in/file.yaml"))
    told(lambda: Pack(folder).bytes("whole/secret.yaml"))


def test_the_folder_is_checked_before_any_part_reads_it(folder):
    (folder / "big.csv").write_bytes(b"a" * (LARGEST + 1))
    (folder / "latin.csv").write_bytes(b"ten\nB\n" + "Rạch Giá".encode("utf-16"))
    (folder / "run.sh").write_text("rm -rf /")
    (folder / "x.json").write_text('{"a": 1,\n "b": }')
    (folder / "deep.json").write_text("[" * 100_000)
    found = {m.file: m.line for m in check_pack(folder)}
    assert found == {"big.csv": 0, "latin.csv": 3, "run.sh": 0, "x.json": 2, "deep.json": 0}


def test_a_folder_that_is_no_pack_says_so(tmp_path):
    assert [m.file for m in check_pack(tmp_path)] == ["province.yaml"]
    assert len(check_pack(tmp_path / "nothing")) == 1


def test_a_table_names_missing_columns_and_crooked_lines(folder):
    (folder / "t.csv").write_text('code,name\n1,"two\nlines"\n3\n4,5,6\n')
    assert told(lambda: Pack(folder).table("t.csv", ["code", "level"])).line == 1
    with pytest.raises(Unreadable) as refused:
        Pack(folder).table("t.csv")
    assert [m.line for m in refused.value.mistakes] == [4, 5]
    (folder / "q.csv").write_text('code\n"open\n')
    assert told(lambda: Pack(folder).table("q.csv")).line == 2


def test_files_and_folders_are_listed_inside_one_folder_only(folder):
    for path in ("a/b/x.yaml", "a/c/y.csv", "a/z.yaml", "ab/w.yaml"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")
    pack = Pack(folder)
    assert pack.files("a", ".yaml") == ["a/b/x.yaml", "a/z.yaml"]
    assert pack.folders("a") == ["b", "c"]
    assert pack.files("nothing") == []
