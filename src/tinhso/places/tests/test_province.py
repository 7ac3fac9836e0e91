from tinhso.kernel import clock
from tinhso.kernel.province import province


def test_the_province_is_called_what_it_is_called_on_that_day():
    with clock.pinned("2022-09-05"):
        assert (province().name, province().authority) == ("Kiên Giang", "Ủy ban nhân dân tỉnh Kiên Giang")
    with clock.pinned("2025-07-01"):
        assert (province().name, province().authority) == ("An Giang", "Ủy ban nhân dân tỉnh An Giang")
        assert province().hotline == "1022"
