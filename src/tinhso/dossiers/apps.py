from tinhso.kernel.rooms import House


class DossiersConfig(House):
    name = "tinhso.dossiers"
    label = "dossiers"
