from tinhso.kernel.rooms import House


class ProceduresConfig(House):
    name = "tinhso.procedures"
    label = "procedures"
