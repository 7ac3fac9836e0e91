from tinhso.kernel.rooms import House


class PlacesConfig(House):
    name = "tinhso.places"
    label = "places"
