from importlib import import_module

from tinhso.kernel.rooms import House


class KernelConfig(House):
    name = "tinhso.kernel"
    label = "kernel"

    def ready(self) -> None:
        super().ready()
        for room in ("chores", "operating.storage", "retention.own", "retention.applying", "personal_own"):
            import_module(f"tinhso.kernel.{room}")
