from tinhso.kernel.rooms import House


class KernelConfig(House):
    name = "tinhso.kernel"
    label = "kernel"
