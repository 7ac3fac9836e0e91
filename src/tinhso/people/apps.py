from tinhso.kernel.rooms import House


class PeopleConfig(House):
    name = "tinhso.people"
    label = "people"
