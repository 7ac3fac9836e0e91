"""The `tinhso` command. Each word after it is a module of this folder with `HELP`, `configure(parser)` and `run(args)`.

A module that needs the database or the apps sets ``DJANGO = True``; it is then run with Django set up, and may
import models inside its functions only.
"""

import argparse
import errno
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import django

from tinhso.cli.refusal import Refusal
from tinhso.config import ConfigurationError

WORDS = (
    *("up", "down", "status", "tour", "pack", "audit", "events", "measures", "authority", "reorganise"),
    *("init", "serve", "doctor", "backup", "restore", "upgrade", "retention", "simulate"),
)
#: As the shell says it of a program that SIGPIPE ended.
CLOSED = 141


def _modules() -> dict[str, ModuleType]:
    dotted = {word: f"tinhso.cli.{word}" for word in WORDS}
    return {word: import_module(name) for word, name in dotted.items() if find_spec(name) is not None}


def _of_the_machine(error: OSError) -> Refusal | None:
    """The machine's own refusals, in words; None for what we do not know."""
    where = error.filename or ""
    if error.errno == errno.ENOSPC:
        return Refusal(
            "Ổ đĩa đã đầy: hãy giải phóng ít nhất 1 GB rồi chạy lại, hoặc đặt TINHSO_HOME sang ổ đĩa khác.",
            "The disk is full: free at least 1 GB and run again, or set TINHSO_HOME to a folder on another disk.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Refusal(
            f"Không có quyền ghi vào {where}: hãy đặt TINHSO_HOME là một thư mục bạn ghi được.",
            f"No permission to write {where}: set TINHSO_HOME to a folder that you may write to.",
        )
    return None


def main(words: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="tinhso", description="TinhSo: hệ điều hành của chính quyền số cấp tỉnh")
    choices = parser.add_subparsers(dest="word", required=True, metavar="lệnh")
    modules = _modules()
    for word, module in modules.items():
        module.configure(choices.add_parser(word, help=module.HELP, description=module.HELP))
    args = parser.parse_args(words)
    module = modules[args.word]
    try:
        if getattr(module, "DJANGO", False):
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
            django.setup()
        done = int(module.run(args))
        sys.stdout.flush()
        return done
    except BrokenPipeError:
        # Whoever read (`head`) has seen enough; what is still buffered goes nowhere, so that Python's end is silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED
    except (Refusal, ConfigurationError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        refusal_of_machine = _of_the_machine(error)
        if refusal_of_machine is None:
            raise
        print(refusal_of_machine, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
