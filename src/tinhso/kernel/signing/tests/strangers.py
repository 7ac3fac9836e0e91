"""A time-stamping authority that nobody trusts, in this process."""

from pathlib import Path

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from tinhso.kernel.signing.authority import Authority
from tinhso.kernel.signing.stamping import answer


class _Stranger(TimeStamper):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.own = Authority(folder / "stranger")

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return answer(req, self.own.certificate("tsa"), self.own.certificate("issuing"), self.own.private_key("tsa"))


def stranger_stamper(folder: Path) -> TimeStamper:
    return _Stranger(folder)
