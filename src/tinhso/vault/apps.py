from tinhso.kernel.rooms import House


class VaultConfig(House):
    name = "tinhso.vault"
    label = "vault"
