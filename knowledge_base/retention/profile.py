"""What the rules of retention need to know of a line, its customer, and what was said. Values only."""

from dataclasses import dataclass
from datetime import date

# When somebody is to be kept: 离网预警, 二次续约, 拆机挽留, 携号转网, 离网赢回.
MOMENTS = ("warning", "renewal", "leaving", "port_out", "winback")


@dataclass(frozen=True)
class Profile:
    """A line and its customer. What the operator does not tell is None, and is taken for the worse.

    `customer` and `line` are the operator's ids; `number` is there only where it was looked up live. `kind` is mobile,
    broadband, landline or iptv; `state` normal, arrears_suspended, … (`bss.inventory.Line`); `level` in the operator's
    words (3星, 2A); `customer_kind` individual or enterprise.

    `spend` (fen, the account's bills) and `minutes` (called on a mobile line) are those of the last four whole months,
    the latest, which rules call "this month", first; fewer where the operator knows no more. `plan_fee` is fen a month;
    `held` the offerings that are active on the line; `converged` says that mobile, broadband and television are one
    plan, `itv` and `mobile_added` that the customer has such lines. `listed` is black, red or none. `faults` and
    `complaints` are those of the last 90 days, `open_tickets` what is still worked on. `unpaid` is owed, in fen.
    """

    customer: str
    line: str
    kind: str | None
    state: str | None
    number: str = ""
    level: str | None = None
    customer_kind: str | None = None
    age: int | None = None
    tenure_months: int | None = None
    spend: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    contract_end: date | None = None
    speed_mbps: int | None = None
    plan_fee: int | None = None
    itv: bool = False
    mobile_added: bool = False
    converged: bool = False
    corporate_paid: bool | None = None
    staff_line: bool | None = None
    leased_line: bool | None = None
    listed: str | None = None
    do_not_disturb: bool = True
    held: frozenset[str] = frozenset()
    faults: int = 0
    complaints: int = 0
    open_tickets: int = 0
    unpaid: int | None = None


@dataclass(frozen=True)
class Said:
    """What the conversation tells: `reason` is a key of `leaving.yml` (fee, network, …), None when none was given.

    `competitor`: another operator was mentioned. `porting`: the customer wants to take the number along. `code`: the
    code for it was asked for. `asked`: the customer began to talk, beyond doubt, about renewing, porting or leaving.
    """

    reason: str | None = None
    competitor: bool = False
    porting: bool = False
    code: bool = False
    asked: bool = False
