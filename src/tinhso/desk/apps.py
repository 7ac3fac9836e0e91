from tinhso.kernel.rooms import House


class DeskConfig(House):
    name = "tinhso.desk"
    label = "desk"
