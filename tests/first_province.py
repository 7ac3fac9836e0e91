"""A province in its first hour: the administrator, officials with keys, citizens; nobody of them is a sample."""

from dataclasses import dataclass

import httpx

from tests.deployed import ADMIN, Deployment, Node
from tests.filing import agency_of
from tests.first_steps import appointed, registered, take, token_of
from tinhso.kernel import clock
from tinhso.kernel.samples import SampleAccount

MOTHER, STRANGER = "me.hontre@vidu.vn", "chua.xacminh@vidu.vn"
RECEIVER, SPECIALIST = "hontre.tiepnhan", "hontre.hotich"
LEADER, CLERK = "hontre.phochutich", "hontre.vanthu"


@dataclass
class Province:
    """A deployment with people in it; nobody of them is a sample."""

    deployment: Deployment
    accounts: dict[str, SampleAccount]
    agency: str

    def direct(self, node: Node, address: str = "203.0.113.50") -> httpx.Client:
        """Straight to one node, as its nginx would ask for a client at that address."""
        headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": address}
        return httpx.Client(base_url=f"http://127.0.0.1:{node.port}", headers=headers, timeout=60, trust_env=False)


def peopled(deployment: Deployment) -> Province:
    """The administrator's first log-in, officials appointed through the API, keys brought, citizens registered."""
    with deployment.client() as http:
        admin = take(http, ADMIN, deployment.first_password, strong=True)
    accounts = {ADMIN: admin}
    with deployment.client() as http:
        token = token_of(http, admin)
        agency = agency_of(http)
        _officials(deployment, http, token, agency, accounts)
        for contact, name in ((MOTHER, "Nguyễn Thị Bé Ba"), (STRANGER, "Võ Thành Nam")):
            accounts[contact] = registered(http, deployment.mail, contact, name)
        _verify_mother(http, token_of(http, accounts[RECEIVER]), agency)
    return Province(deployment, accounts, agency)


def _officials(
    deployment: Deployment, http: httpx.Client, token: str, agency: str, accounts: dict[str, SampleAccount]
) -> None:
    of_agency = next(a for a in http.get("/api/v1/agencies", params={"unit": "31108"}).json()["items"])

    for login, name, role, title in (
        (RECEIVER, "Lý Thị Cẩm Tú", "receiver", "Công chức Văn phòng"),
        (SPECIALIST, "Danh Hoàng Phúc", "specialist", "Công chức Tư pháp - Hộ tịch"),
        (LEADER, "Trương Văn Lễ", "leader", "Phó Chủ tịch"),
        (CLERK, "Huỳnh Ngọc Diễm", "clerk", "Văn thư"),
    ):
        official, first = appointed(http, token, agency=agency, login=login, name=name, role=role, title=title)
        if role == "leader":
            authority = {
                "agency_id": agency,
                "form": "kt",
                "on_behalf_of": "CHỦ TỊCH",
                "position": "PHÓ CHỦ TỊCH",
                "valid_from": clock.today().isoformat(),
            }
            address, asks = f"/api/v1/officials/{official['official_id']}", {"Authorization": f"Bearer {token}"}
            read = http.get(address, headers=asks)
            granted = http.post(
                f"{address}/signing-authorities", json=authority, headers={**asks, "If-Match": read.headers["ETag"]}
            )
            assert granted.status_code == 201, granted.text
            deployment.hold("person", of_agency["code"], login)
        with deployment.client() as browser:
            accounts[login] = take(browser, login, first, strong=role == "leader")
    deployment.hold("seal", of_agency["code"])


def _verify_mother(http: httpx.Client, token: str, agency: str) -> None:
    seen = {
        "account": MOTHER,
        "agency_id": agency,
        "full_name": "Nguyễn Thị Bé Ba",
        "birth_date": "1998-03-14",
        "sex": "female",
        "kind": "cccd",
        "number": "091198004127",
        "residence": "Ấp I, Hòn Tre, Kiên Hải",
        "papers_seen": True,
    }
    done = http.post("/api/v1/identity-verifications", json=seen, headers={"Authorization": f"Bearer {token}"})
    assert done.status_code == 201, done.text
