"""A random month at the centre: conversations with everything that the quality board counts, for tests and to look at.

`python -m tests.desk.supervisor.talks DAYS EACH` fills the database of the settings with EACH conversations a day.
"""

import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bss.models import FiledTicket
from common.database import migrate, transaction
from common.times import SHANGHAI, utc_now
from desk.handover_models import Handover, Survey
from desk.models import Conversation, Message, Turn
from desk.staff_models import Staff
from desk.supervisor.contacts import is_topic
from knowledge_base.authoring.models import Cluster, InboxSentence, InboxSource
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.offers import offers

# What is said, what the bot takes it for, how often.
SAID = [
    ("我还有多少话费", "query_balance", 18), ("这个月账单怎么这么多", "query_bill_explain", 12),
    ("流量还剩多少", "query_usage", 14), ("宽带上不了网了", "report_fault", 9),
    ("帮我换个便宜的套餐", "change_package_down", 6), ("充值没到账", "payment_not_credited", 4),
    ("开张发票", "invoice", 4), ("我现在是什么套餐", "query_package", 6), ("积分有多少", "query_points", 4),
    ("我要投诉乱扣费", "complain_billing", 3), ("网络太差了我要投诉", "complain_network", 2),
    ("视频彩铃怎么换", "nlu_fallback", 5), ("小孩的电话手表定位不准", "nlu_fallback", 3),
    ("转人工", "human_agent", 5), ("谢谢", "thanks", 8), ("你好", "greet", 9),
]  # fmt: skip
_WEIGHTS = [weight for _, _, weight in SAID]
CLUSTERS = {"视频彩铃怎么换": "视频彩铃怎么换", "小孩的电话手表定位不准": "电话手表定位不准"}
_CAUSES = ["营销", "支撑", "服务", "网络", "流程", "规则", None, None]


@dataclass
class Rows:
    """Rows by table, written all at once."""

    of: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: Any, **values: Any) -> None:
        """One more."""
        self.of.setdefault(table, []).append(values)

    def write(self, session: Session) -> None:
        """In an order that foreign keys allow."""
        order = (Conversation, Turn, Message, Handover, Survey, FiledTicket, OfferOutcome, InboxSource)
        for table in order:
            if rows := self.of.pop(table, None):
                session.execute(sa.insert(table), rows)


@dataclass
class Centre:
    """Makes conversations; what it made stays in `rows` for whoever counts it a second time."""

    random: Random
    agents: list[int]
    sentences: dict[str, int]
    messages: bool = True
    customers: int = 8_000
    handover: int = 0

    def day(self, day: date, many: int, until: datetime) -> Iterator[Rows]:
        """The conversations of a day, fewer at night, none later than `until`."""
        for _ in range(many):
            hour = self.random.choices(range(24), [1] * 8 + [7, 9, 9, 7, 5, 6, 8, 8, 7, 6, 6, 8, 8, 5, 3, 1])[0]
            at = datetime.combine(day, time(hour), SHANGHAI) + timedelta(seconds=self.random.randrange(3600))
            if at < until:
                yield self.talk(at)

    def talk(self, at: datetime) -> Rows:
        """One conversation: some turns, maybe a person, a score, a ticket, an offer."""
        random, rows, talk = self.random, Rows(), uuid.UUID(int=self.random.getrandbits(128)).hex
        channel = random.choices(["web", "wechat"], [3, 2])[0]
        now, seq, last = at, 0, ""
        rows.add(Conversation, id=talk, channel=channel, mode="bot", last_seq=9, created_at=at, active_at=at)
        for text, intent, _ in random.choices(SAID, _WEIGHTS, k=random.choice([1, 2, 2, 3, 3, 4, 6])):
            turn, last = uuid.UUID(int=random.getrandbits(128)).hex, intent
            rows.add(
                Turn, id=turn, conversation_id=talk, text=text, state="done", attempts=1, next_try_at=now,
                intent=intent, confidence=0.9, created_at=now,
            )  # fmt: skip
            if self.messages:
                for role, line in (("customer", text), ("bot", f"关于“{text}”，已经为您查好了。")):
                    seq += 1
                    rows.add(Message, conversation_id=talk, seq=seq, role=role, text=line, turn_id=turn, at=now)
            if intent == "nlu_fallback":
                rows.add(
                    InboxSource, sentence_id=self.sentences[text], turn_id=turn, conversation_id=talk, channel=channel,
                    reason="rejected", guess="query_vas", at=now,
                )  # fmt: skip
            now += timedelta(seconds=random.randrange(15, 90))
        customer = f"C{random.randrange(self.customers):05d}" if random.random() < 0.6 else None
        if last == "human_agent" or random.random() < 0.16:
            now = self._person(rows, talk, now, customer, last)
        elif random.random() < 0.25:
            self._score(rows, talk, now, None, None)
        if "complain" in last or last == "report_fault":
            self._ticket(rows, talk, now, customer, last)
        if random.random() < 0.05:
            outcome = random.choices(["accepted", "declined", "not_offered"], [3, 5, 1])[0]
            offer = random.choice(offers())
            rows.add(
                OfferOutcome, key=talk, conversation_id=talk, customer=customer or "C9", line="L9", offer=offer.id,
                segment="high.low.bound.mobile", moment="leaving", outcome=outcome, cost=offer.cost, at=now,
                current=True,
            )  # fmt: skip
        return rows

    def _person(self, rows: Rows, talk: str, at: datetime, customer: str | None, topic: str) -> datetime:
        random = self.random
        self.handover += 1
        state = random.choices(["closed", "cancelled", "callback"], [16, 2, 1])[0]
        waited, served = timedelta(seconds=random.expovariate(1 / 32)), timedelta(seconds=random.randrange(90, 900))
        agent = random.choice(self.agents) if state == "closed" else None
        accepted = at + waited if agent else None
        ended = at + waited + (served if agent else timedelta())
        rows.add(
            Handover, id=self.handover, conversation_id=talk, state=state, group="mobile", urgent=False, level=0,
            context={
                "reason": random.choices(["asked", "failed", "journey", "escalation"], [8, 5, 3, 1])[0], "topic": topic,
            },
            elderly=False, repeats=0, enriched=True, passed={}, returned=False, read_seq=0, opened_seq=0,
            customer=customer, number_mask="189****0001" if customer else None, staff_id=agent, created_at=at,
            queued_at=at, accepted_at=accepted, closed_at=ended, result="solved" if agent else None,
            answered_at=accepted + timedelta(seconds=9) if accepted else None,
        )  # fmt: skip
        if agent and random.random() < 0.5:
            self._score(rows, talk, ended, self.handover, agent)
        return ended

    def _score(self, rows: Rows, talk: str, at: datetime, handover: int | None, agent: int | None) -> None:
        score = self.random.choices([1, 2, 3, 4, 5], [1, 1, 3, 9, 14] if agent else [2, 2, 4, 8, 9])[0]
        rows.add(
            Survey, conversation_id=talk, handover_id=handover, staff_id=agent, seq=1, state="answered", score=score,
            created_at=at, answered_at=at + timedelta(seconds=20),
        )  # fmt: skip

    def _ticket(self, rows: Rows, talk: str, at: datetime, customer: str | None, about: str) -> None:
        random, kind = self.random, "fault" if about == "report_fault" else "complaint"
        expected = at + timedelta(days=2)
        resolved = at + timedelta(hours=random.randrange(2, 60))
        over = resolved < utc_now()
        rows.add(
            FiledTicket, receipt=f"WH{random.getrandbits(56)}", conversation_id=talk, kind=kind,
            subject=about.removeprefix("complain_") if kind == "complaint" else None, customer=customer,
            line=f"L{random.randrange(self.customers)}", number=f"TT{random.getrandbits(40)}",
            state="closed" if over else "inProgress", expected_at=expected, resolved_at=resolved if over else None,
            cause=random.choice(_CAUSES) if over and kind == "complaint" else None, created_at=at,
        )  # fmt: skip


def sentences(session: Session) -> dict[str, int]:
    """The inbox's sentences, each in its cluster; their ids."""
    found = {}
    for text, title in CLUSTERS.items():
        cluster = Cluster(title=title)
        session.add(cluster)
        session.flush()
        row = InboxSentence(form=text, text=text, cluster_id=cluster.id)
        session.add(row)
        session.flush()
        found[text] = row.id
    return found


def fill(first: date, many: int, each: int, seed: int = 1, *, messages: bool = True) -> None:
    """`each` conversations on each of so many days, a little fewer at weekends."""
    with transaction() as session:
        agents = list(session.scalars(sa.select(Staff.id))) or [_agent(session)]
        centre = Centre(Random(seed), agents, sentences(session), messages)
    for ahead in range(many):
        day, whole = first + timedelta(days=ahead), Rows()
        busy = round(each * (0.8 if day.weekday() > 4 else 1) * centre.random.uniform(0.9, 1.1))
        for rows in centre.day(day, busy, utc_now()):
            for table, found in rows.of.items():
                whole.of.setdefault(table, []).extend(found)
        with transaction() as session:
            whole.write(session)


def counted(rows: dict[Any, list[dict[str, Any]]]) -> dict[str, Counter[tuple[str, str]]]:
    """The board's figures by day and channel, counted a second time without a database."""
    channels = {row["id"]: row["channel"] for row in rows[Conversation]}
    found: dict[str, Counter[tuple[str, str]]] = {}

    def add(figure: str, moment: datetime, talk: str) -> None:
        found.setdefault(figure, Counter())[_day(moment), channels[talk]] += 1

    _count_contacts(rows, add)
    for row in rows[Handover]:
        add("handovers", row["created_at"], row["conversation_id"])
        if row["accepted_at"]:
            in_time = row["accepted_at"] - row["created_at"] <= timedelta(seconds=60)
            add("queue" if in_time else "late", row["accepted_at"], row["conversation_id"])
        if row["state"] == "cancelled":
            add("abandoned", row["closed_at"], row["conversation_id"])
    for row in rows[Survey]:
        add("agent_score" if row["handover_id"] else "bot_score", row["answered_at"], row["conversation_id"])
    lines: dict[str, list[datetime]] = {}
    for row in sorted(rows[FiledTicket], key=lambda row: row["created_at"]):
        talk, before = row["conversation_id"], lines.setdefault(row["line"], [])
        if row["kind"] == "complaint":
            add("complaints", row["created_at"], talk)
            if row["cause"]:
                add("causes", row["created_at"], talk)
        else:
            if any(row["created_at"] - one <= timedelta(days=30) for one in before):
                add("repeats", row["created_at"], talk)
            before.append(row["created_at"])
        if row["resolved_at"]:
            in_time = row["resolved_at"] <= row["expected_at"]
            add("tickets" if in_time else "overdue", row["expected_at"], talk)
    for row in rows[OfferOutcome]:
        if row["outcome"] != "not_offered":
            add("offers" if row["outcome"] == "accepted" else "declined", row["at"], row["conversation_id"])
    for row in rows[InboxSource]:
        add("rejected", row["at"], row["conversation_id"])
    return found


def _day(moment: datetime) -> str:
    return str(moment.astimezone(SHANGHAI).date())


def _count_contacts(rows: dict[Any, list[dict[str, Any]]], add: Callable[[str, datetime, str], None]) -> None:
    turns: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows[Turn]:
        turns.setdefault((row["conversation_id"], _day(row["created_at"])), []).append(row)
    whose: dict[str, str] = {}
    for table in (OfferOutcome, FiledTicket, Handover):
        whose |= {row["conversation_id"]: row["customer"] for row in rows[table] if row["customer"]}
    visits: dict[tuple[str, str], list[tuple[datetime, datetime, str]]] = {}
    for (talk, day), heard in turns.items():
        first, last = heard[0]["created_at"], heard[-1]["created_at"]
        theirs = [row for row in rows[Handover] if row["conversation_id"] == talk]
        handed = [row for row in theirs if _day(row["created_at"]) <= day <= _day(row["closed_at"])]
        add("conversations", first, talk)
        if not handed:
            add("lost" if heard[-1]["intent"] == "nlu_fallback" else "resolved", first, talk)
        meant = [row["intent"] for row in heard if is_topic(row["intent"])]
        topic = handed[-1]["context"]["topic"] if handed else meant[-1] if meant else None
        if topic:
            visits.setdefault((whose.get(talk, talk), topic), []).append((first, last, talk))
    hour, week = timedelta(hours=1), timedelta(days=7)
    for one in visits.values():
        for first, last, talk in one:
            if not any(hour < first - other <= week for other, _, _ in one):
                back = any(other - last > hour and other - first <= week for other, _, _ in one)
                add("came_back" if back else "first_contact", first, talk)


def _agent(session: Session) -> int:
    row = Staff(login="9001", name="林晓", role="agent", password_hash="x")
    session.add(row)
    session.flush()
    found: int = row.id
    return found


if __name__ == "__main__":
    migrate()
    DAYS, EACH = int(sys.argv[1]), int(sys.argv[2])
    fill(utc_now().astimezone(SHANGHAI).date() - timedelta(days=DAYS - 1), DAYS, EACH)
