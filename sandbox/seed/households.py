"""One customer: account, lines and products; money and usage are in the modules beside this one."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox import times
from sandbox.apis import inventory, terms
from sandbox.apis.inventory import feature
from sandbox.areas import AREAS, Area
from sandbox.documents import Document
from sandbox.resources import place
from sandbox.seed import finance, loyalty, meters, sim_cards, troubles, usage
from sandbox.seed.catalogue import BY_ID, Offer
from sandbox.seed.people import STORY, Person
from sandbox.store import Transaction

_LINE_NAMES = {"mobile": "移动电话", "broadband": "光纤宽带", "landline": "固定电话", "iptv": "天翼高清"}


@dataclass
class Household:
    """What the other seed modules need to know of a customer while it is made."""

    person: Person
    index: int
    area: Area
    now: datetime
    chance: random.Random
    address: str = ""
    products: list[Document] = field(default_factory=list)

    @property
    def customer(self) -> str:
        """Id in TMF629."""
        return f"C{self.index:04d}"

    @property
    def account(self) -> str:
        """Id of the billing account."""
        return f"A{self.index:04d}"

    @property
    def party(self) -> Document:
        """Reference to the customer."""
        return {"id": self.customer, "name": self.person.name, "role": "customer", "@referredType": "Customer"}

    @property
    def joined(self) -> datetime:
        """When the customer came."""
        day = self.now - timedelta(days=self.person.tenure_months * 30.4)
        return day.astimezone(times.SHANGHAI).replace(hour=10, minute=0, second=0, microsecond=0)

    @property
    def months(self) -> list[datetime]:
        """The beginnings of the months that are billed, the oldest first: six, or those since the customer came."""
        months = [times.month_start(self.now, -ago) for ago in range(finance.MONTHS, 0, -1)]
        return [month for month in months if times.month_start(month, 1) > self.joined]

    def lines(self, *types: str) -> list[Document]:
        """The subscribed lines of these types, all without any."""
        return [
            product
            for product in self.products
            if "productSerialNumber" in product and (not types or line_type(product) in types)
        ]


def line_type(line: Document) -> str:
    """mobile, broadband, landline or iptv."""
    return str(next(item["value"] for item in line["productCharacteristic"] if item["name"] == "lineType"))


def plant(transaction: Transaction, person: Person, index: int, chance: random.Random) -> None:
    """Seeds one customer with everything that belongs to it."""
    home = Household(person, index, AREAS[person.area], transaction.now(), chance)
    _plant_customer(transaction, home)
    _plant_lines(transaction, home)
    finance.plant(transaction, home)
    meters.plant(transaction, home)
    usage.plant(transaction, home)
    loyalty.plant(transaction, home)
    troubles.plant(transaction, home)
    sim_cards.plant(transaction, home)
    transaction.insert(
        *STORY,
        {
            "id": home.customer,
            "number": person.number,
            "name": person.name,
            "level": person.level,
            "tags": list(person.tags),
            "story": person.story,
        },
    )


def _plant_customer(transaction: Transaction, home: Household) -> None:
    person = home.person
    facts: dict[str, object] = {
        "level": person.level,
        "customerType": "enterprise" if person.enterprise else "individual",
        "tenureMonths": person.tenure_months,
        "doNotDisturb": person.do_not_disturb,
        "corporatePaid": person.corporate_paid,
        "marketingList": person.marketing_list,
        "area": home.area.name,
        "areaCode": home.area.code,
    }
    if not person.enterprise:
        facts["age"] = person.age
    party_type = "Organization" if person.enterprise else "Individual"
    home.address = (
        f"{home.area.name}万号路{home.index}弄{home.chance.randint(1, 30)}号{home.chance.randint(101, 1802)}室"
    )
    phone = {"contactType": "primary", "phoneNumber": person.number}
    place(
        transaction, "629", "customer", home.customer, name=person.name, status="active",
        engagedParty={"id": f"I{home.index:04d}", "name": person.name, "@referredType": party_type},
        account=[{"id": home.account, "name": f"{person.name}的账户"}],
        characteristic=[feature(name, value) for name, value in facts.items()],
        contactMedium=[
            {"mediumType": "phone", "preferred": True, "characteristic": phone},
            {"mediumType": "address", "preferred": False,
             "characteristic": {"contactType": "install", "city": home.area.city, "street1": home.address}},
        ],
        validFor={"startDateTime": times.stamp(home.joined)},
    )  # fmt: skip


def _plant_lines(transaction: Transaction, home: Household) -> None:
    person, number = home.person, home.person.number
    main_plan = BY_ID[person.plan]
    _plant_line(transaction, home, number, main_plan, main=True, packs=person.packs, state=person.state)
    wanted = [BY_ID[plan] for plan, count in person.lines for _ in range(count)]
    if person.plan.startswith("FUSION"):
        wanted += [BY_ID["BB-FUSION"], BY_ID["TV-FUSION"]]
    for position, plan in enumerate(wanted, start=1):
        state = "arrears_suspended" if person.state == "arrears_suspended" else "normal"
        serial = _serial(home, plan.line_type, position)
        _plant_line(transaction, home, serial, plan, main=False, packs=(), state=state)


def _serial(home: Household, kind: str, position: int) -> str:
    tail = f"{home.index:04d}{position}"
    if kind == "mobile":
        return f"{home.person.number[:3]}000{tail}"
    return {"broadband": f"ad100{tail}", "iptv": f"itv100{tail}", "landline": f"{home.area.dial}555{tail}"}[kind]


def _plant_line(
    transaction: Transaction,
    home: Household,
    serial: str,
    plan: Offer,
    *,
    main: bool,
    packs: tuple[str, ...],
    state: str,
) -> None:
    person = home.person
    sequence = len(home.lines()) + 1
    identity = f"P{home.index:04d}-{sequence:02d}"
    features: dict[str, object] = {
        "kind": "line",
        "lineType": plan.line_type,
        "accountState": state,
        "isMainCard": main,
        "staffLine": main and person.staff_line,
        "leasedLine": plan.id == inventory.LEASED_LINE,
        "area": home.area.name,
        "areaCode": home.area.code,
        "contactNumber": person.number,
    }
    if plan.line_type != "mobile":
        features["installAddress"] = home.address
    if plan.line_type == "broadband":
        features["speedMbps"] = plan.speed_mbps or BY_ID[person.plan].speed_mbps
    contracted = main or plan.line_type == "broadband"
    if person.contract_months is not None and contracted:
        end = home.now + timedelta(days=30 * person.contract_months + 8)
        end_day, today = (moment.astimezone(times.SHANGHAI).date() for moment in (end, home.now))
        features["contractEnd"] = end_day.isoformat()
        features["earlyTerminationFee"] = terms.early_fee(end_day, today, plan.fen) / 100
    if main and person.blocked_by:
        features["portingBlockedBy"] = person.blocked_by
    transaction.set_register(f"password:{serial}", person.number[-6:][::-1])
    line = place(
            transaction, "637", "product", identity, name=_LINE_NAMES[plan.line_type], productSerialNumber=serial,
            isBundle=False, isCustomerVisible=True, status="active" if state == "normal" else "suspended",
            startDate=times.stamp(home.joined), orderDate=times.stamp(home.joined),
            productOffering={"id": f"LINE-{plan.line_type}", "name": _LINE_NAMES[plan.line_type]},
            productSpecification={"id": f"SPEC-LINE-{plan.line_type}"},
            relatedParty=[home.party], billingAccount={"id": home.account},
            productCharacteristic=[feature(name, value) for name, value in features.items()],
        )  # fmt: skip
    home.products.append(line)
    disputed = (person.disputed[0],) if main and person.disputed else ()
    for position, offer in enumerate((plan, *map(BY_ID.__getitem__, packs + disputed)), start=1):
        started = home.joined + timedelta(days=40 * (position - 1))
        if person.disputed and position > 1 and offer.id == person.disputed[0]:
            started = times.month_start(home.now, -person.disputed[1]) + timedelta(days=3, hours=10)
        home.products.append(
            place(
                transaction, "637", "product", f"{identity}-{position}",
                **inventory.subscription(_offering(transaction, offer), line, started),
            )
        )  # fmt: skip


def _offering(transaction: Transaction, offer: Offer) -> Document:
    found = transaction.get("620", "productOffering", offer.id)
    assert found is not None, "the catalogue is seeded first"
    return found
