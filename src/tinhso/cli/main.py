"""The `tinhso` command."""


def main() -> int:
    raise SystemExit("tinhso: not built yet")
