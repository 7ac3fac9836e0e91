from importlib import import_module

from tinhso.kernel.rooms import House


class IndicatorsConfig(House):
    name = "tinhso.indicators"
    label = "indicators"

    def ready(self) -> None:
        super().ready()
        import_module("tinhso.indicators.issued")
