import json
import time

import httpx
import pytest

from actions.claim import Claim, claim_of
from actions.identity import ActionRestartIdentity, ValidateIdentityForm
from actions.identity_prompts import ActionAskCode, ActionAskNumber
from common.identity import Identity, read_identity, seal
from common.masking import mask_number
from tests.actions.talk import TALK, Turn, action, bot, run, tracker, user
from tests.bot.training import domain
from tests.bss import raw

FORM = "identity_form"


async def send(number: str, **more: object) -> Turn:
    """The customer says a number to the form."""
    on = tracker(number, entities={"phone_number": number}, slots={"requested_slot": "phone_number"}, loop=FORM, **more)
    return await run(ValidateIdentityForm(), on)


async def type_code(code: str, slots: dict[str, object]) -> Turn:
    """The customer says a code to the form."""
    on = tracker(code, entities={"code": code}, slots=slots | {"requested_slot": "sms_code"}, loop=FORM)
    return await run(ValidateIdentityForm(), on)


def messages(sandbox: httpx.Client, number: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = sandbox.get("/sandbox/sms", params={"number": number}).json()
    return found


def held(turn: Turn) -> Claim:
    """The claim that a turn left."""
    claim = claim_of(tracker(slots=turn.slots))
    assert claim is not None
    return claim


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_a_number_gets_a_code_and_the_slots_hold_neither(sandbox: httpx.Client, unused: str) -> None:
    turn = await send(unused)

    assert len(messages(sandbox, unused)) == 1
    assert turn.slots["phone_number"] == mask_number(unused)
    stored = json.dumps(turn.events)
    assert unused not in stored
    assert raw.last_code(sandbox, unused) not in stored
    assert turn.said == []


async def test_the_right_code_proves_the_number_for_this_conversation(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await type_code(raw.last_code(sandbox, unused), slots)

    assert read_identity(turn.slots["identity_token"], TALK) == Identity(unused, TALK, "sms_code")
    assert turn.secret
    assert [turn.slots[name] for name in ("phone_number", "sms_code", "identity_claim", "requested_slot")] == [None] * 4
    assert unused not in json.dumps(turn.events)


async def test_a_repeated_message_sends_no_second_code(sandbox: httpx.Client, unused: str) -> None:
    await send(unused, message_id=f"m-{unused}")
    await send(unused, message_id=f"m-{unused}")

    assert len(messages(sandbox, unused)) == 1


async def test_wrong_codes_count_down_and_the_fifth_ends_the_form(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots
    code = raw.last_code(sandbox, unused)

    said = [await type_code(wrong(code), slots) for _ in range(5)]

    assert [turn.responses for turn in said] == [["utter_code_wrong"]] * 4 + [["utter_code_paused"]]
    assert ["还可以试4次" in said[0].text, "还可以试1次" in said[3].text, "15分钟" in said[4].text] == [True] * 3
    assert all("identity_token" not in turn.slots for turn in said)
    last = said[4].slots
    assert [last["requested_slot"], last["pending_request"], last["identity_claim"]] == [None] * 3
    again = await send(unused)
    assert again.responses == ["utter_code_paused"]
    assert len(messages(sandbox, unused)) == 1


async def test_a_code_without_one_having_been_sent_is_refused() -> None:
    turn = await type_code("123456", {})

    assert turn.responses == ["utter_number_forgotten"]
    assert "identity_token" not in turn.slots


async def test_a_claim_that_was_made_up_proves_nothing(sandbox: httpx.Client, unused: str) -> None:
    code_id = (await send(unused)).slots["identity_claim"]
    made_up = [json.dumps({"number": unused, "code": "x"}), code_id[:-4] + "AAAA", seal("identity", {"n": unused}), 5]

    for claim in made_up:
        turn = await type_code(raw.last_code(sandbox, unused), {"identity_claim": claim})
        assert turn.responses == ["utter_number_forgotten"]
        assert "identity_token" not in turn.slots


async def test_a_claim_too_old_is_refused(sandbox: httpx.Client, unused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = (await send(unused)).slots
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 901)

    assert claim_of(tracker(slots=slots)) is None
    assert (await type_code(raw.last_code(sandbox, unused), slots)).responses == ["utter_number_forgotten"]


async def test_a_code_that_was_used_or_voided_has_expired(sandbox: httpx.Client, unused: str) -> None:
    first = (await send(unused)).slots
    code = raw.last_code(sandbox, unused)
    await send(unused)

    turn = await type_code(code, first)

    assert turn.responses == ["utter_code_expired"]
    assert "identity_token" not in turn.slots


async def test_a_number_of_nobody_is_said_to_be_unknown() -> None:
    turn = await send("19900000000")

    assert turn.responses == ["utter_number_unknown"]
    assert "199****0000" in turn.text
    assert turn.slots["identity_claim"] is None


async def test_when_no_code_can_be_sent_the_form_ends_and_the_request_waits(sandbox: httpx.Client, unused: str) -> None:
    raw.breaks(sandbox, "otp", "error")

    turn = await send(unused)

    assert turn.responses == ["utter_bss_unavailable"]
    assert turn.slots["requested_slot"] is None
    assert "pending_request" not in turn.slots


async def test_when_a_code_cannot_be_checked_the_form_goes_on(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots
    raw.breaks(sandbox, "otp", "error")

    turn = await type_code("123456", slots)

    assert turn.responses == ["utter_bss_unavailable"]
    assert turn.slots["identity_claim"] == slots["identity_claim"]
    assert "identity_token" not in turn.slots


@pytest.mark.parametrize(
    ("text", "requested", "response"),
    [
        ("123456", "phone_number", "utter_number_invalid"),
        ("1891234567", "phone_number", "utter_number_invalid"),
        ("12345", "sms_code", "utter_code_invalid"),
        ("1234567", "sms_code", "utter_code_invalid"),
    ],
)
async def test_digits_of_the_wrong_length_are_asked_for_again(text: str, requested: str, response: str) -> None:
    slots = {"requested_slot": requested, "identity_claim": TO_LINE.slot()["value"]}
    turn = await run(ValidateIdentityForm(), tracker(text, slots=slots, loop=FORM))

    assert turn.responses == [response]
    assert "identity_token" not in turn.slots
    # What was typed where a code was asked for tells most of it.
    assert turn.secret == (requested == "sms_code")


@pytest.mark.parametrize("requested", ["phone_number", "sms_code"])
@pytest.mark.parametrize("text", ["为什么要核实", "转人工", "查12月的", ""])
async def test_other_words_are_left_to_their_own_rule(text: str, requested: str) -> None:
    turn = await run(ValidateIdentityForm(), tracker(text, slots={"requested_slot": requested}, loop=FORM))

    assert (turn.events, turn.said) == ([], [])


async def test_the_digits_of_a_button_are_no_code(unused: str) -> None:
    slots = (await send(unused)).slots | {"requested_slot": "sms_code"}

    turn = await run(ValidateIdentityForm(), tracker('/answer{"value": "123456"}', slots=slots, loop=FORM))

    assert (turn.events, turn.said, turn.secret) == ([], [], False)


async def test_a_message_that_another_action_has_answered_is_no_answer_to_the_form(
    sandbox: httpx.Client, unused: str
) -> None:
    events = [user(unused), action("utter_menu"), action("identity_form")]

    turn = await send(unused, events=events)

    assert (turn.events, messages(sandbox, unused)) == ([], [])


async def test_the_number_in_the_request_itself_is_taken_at_once(sandbox: httpx.Client, unused: str) -> None:
    on = tracker(f"查{unused}的话费", entities={"phone_number": unused})

    turn = await run(ValidateIdentityForm(), on)

    assert turn.slots["phone_number"] == mask_number(unused)
    assert len(messages(sandbox, unused)) == 1


async def test_a_new_number_in_the_middle_starts_over_with_it(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots
    other = next(other for other in raw.numbers(sandbox, "elderly") if not messages(sandbox, other))
    on = tracker(other, entities={"phone_number": other}, slots=slots | {"requested_slot": "sms_code"}, loop=FORM)

    turn = await run(ValidateIdentityForm(), on)

    assert turn.slots["phone_number"] == mask_number(other)
    assert held(turn).number == other


async def test_another_code_goes_to_the_same_number(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await run(ActionRestartIdentity(), tracker(intent="resend_code", slots=slots, loop=FORM))

    assert len(messages(sandbox, unused)) == 2
    assert turn.slots["identity_claim"] != slots["identity_claim"]


async def test_another_number_forgets_the_first(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await run(ActionRestartIdentity(), tracker(intent="change_number", slots=slots, loop=FORM))

    assert [turn.slots[name] for name in ("phone_number", "sms_code", "identity_claim")] == [None] * 3
    assert len(messages(sandbox, unused)) == 1


async def test_outside_the_form_there_is_nothing_to_restart(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await run(ActionRestartIdentity(), tracker(intent="resend_code", slots=slots))

    assert turn.responses == ["utter_correction"]
    assert len(messages(sandbox, unused)) == 1


SENT = {"event": "slot", "name": "identity_claim", "value": "sealed"}
TO_LINE = Claim("18900001001", "18900001001", "id")
TO_CONTACT = Claim("ad10000131", "18900001001", "id")
BY_PASSWORD = Claim("18900001001")


@pytest.mark.parametrize(
    ("claim", "events", "responses"),
    [
        (TO_LINE, [user(), SENT], ["utter_code_sent"]),
        (TO_CONTACT, [user(), SENT], ["utter_code_sent_contact"]),
        (TO_LINE, [SENT, user()], ["utter_ask_code"]),
        (TO_CONTACT, [SENT, user()], ["utter_ask_code"]),
        (TO_LINE, [user(), bot("不对", "utter_code_wrong")], []),
        (TO_LINE, [bot("不对", "utter_code_wrong"), user()], ["utter_ask_code"]),
        (TO_LINE, [user(), bot("菜单", "utter_menu")], ["utter_ask_code"]),
        (BY_PASSWORD, [user(), SENT], ["utter_password_ask"]),
        (BY_PASSWORD, [user(), bot("菜单", "utter_menu")], ["utter_password_ask"]),
        (BY_PASSWORD, [user(), bot("收不到", "utter_number_no_sms"), SENT], []),
        (BY_PASSWORD, [user(), bot("不对", "utter_password_wrong")], []),
    ],
)
async def test_the_proof_is_asked_for_as_the_moment_demands(
    claim: Claim, events: list[dict], responses: list[str]
) -> None:
    turn = await run(ActionAskCode(), tracker(events=events, slots={"identity_claim": claim.slot()["value"]}))

    assert turn.responses == responses
    assert claim.number not in "".join(turn.texts)
    assert claim.to not in turn.texts


@pytest.mark.parametrize(
    ("events", "responses"),
    [([user()], ["utter_ask_number"]), ([user(), bot("不对", "utter_number_invalid")], [])],
)
async def test_the_number_is_asked_for_once_a_turn(events: list[dict], responses: list[str]) -> None:
    assert (await run(ActionAskNumber(), tracker(events=events))).responses == responses


@pytest.fixture
def homes(sandbox: httpx.Client) -> list[dict[str, str]]:
    """The lines by kind of all customers who have several; `mobile` is the contact of the others.

    Who has been sent the fewest messages comes first: a number gets five codes in 15 minutes.
    """
    numbers = [
        story["number"] for story in sandbox.get("/sandbox/customers").json() if "suspended" not in story["tags"]
    ]
    found = [raw.lines(sandbox, number) | {"mobile": number} for number in numbers]
    return sorted((home for home in found if len(home) > 1), key=lambda home: len(messages(sandbox, home["mobile"])))


@pytest.fixture
def home(homes: list[dict[str, str]]) -> dict[str, str]:
    """The lines of a customer with broadband and television."""
    return next(home for home in homes if {"broadband", "iptv"} <= set(home))


async def names(line: str, entity: str = "broadband_account", **more: object) -> Turn:
    """The customer says an account or a landline to the form."""
    on = tracker(line, entities={entity: line}, slots={"requested_slot": "phone_number"}, loop=FORM, **more)
    return await run(ValidateIdentityForm(), on)


async def presses(intent: str, slots: dict[str, object]) -> Turn:
    """The customer presses a button of the form."""
    return await run(ActionRestartIdentity(), tracker(intent=intent, slots=slots, loop=FORM))


@pytest.mark.parametrize("kind", ["broadband", "iptv"])
async def test_the_code_of_a_line_without_messages_goes_to_its_contact_and_proves_the_line(
    sandbox: httpx.Client, home: dict[str, str], kind: str
) -> None:
    before = len(messages(sandbox, home["mobile"]))

    turn = await names(home[kind])

    assert held(turn).number == home[kind]
    assert len(messages(sandbox, home["mobile"])) == before + 1
    assert turn.slots["phone_number"] == mask_number(home[kind])
    stored = json.dumps(turn.events)
    assert (home[kind] in stored, home["mobile"] in stored) == (False, False)
    proven = await type_code(raw.last_code(sandbox, home["mobile"]), turn.slots)
    assert read_identity(proven.slots["identity_token"], TALK) == Identity(home[kind], TALK, "contact_code")


async def test_a_landline_is_proven_by_its_contact_too(sandbox: httpx.Client, homes: list[dict[str, str]]) -> None:
    home = next(home for home in homes if "landline" in home)
    before = len(messages(sandbox, home["mobile"]))

    turn = await names(home["landline"], "landline_number")

    assert held(turn).number == home["landline"]
    assert len(messages(sandbox, home["mobile"])) == before + 1


async def test_a_repeated_account_sends_no_second_code(sandbox: httpx.Client, home: dict[str, str]) -> None:
    before = len(messages(sandbox, home["mobile"]))

    await names(home["broadband"], message_id=f"m-{home['broadband']}")
    await names(home["broadband"], message_id=f"m-{home['broadband']}")

    assert len(messages(sandbox, home["mobile"])) == before + 1


async def test_another_code_goes_to_the_contact_again(sandbox: httpx.Client, home: dict[str, str]) -> None:
    slots = (await names(home["broadband"])).slots
    before = len(messages(sandbox, home["mobile"]))

    turn = await presses("resend_code", slots)

    assert held(turn).at_contact
    assert len(messages(sandbox, home["mobile"])) == before + 1


async def test_an_account_beside_a_mobile_number_is_the_line_that_is_meant(home: dict[str, str]) -> None:
    entities = {"phone_number": home["mobile"], "broadband_account": home["broadband"]}
    on = tracker("两个号", entities=entities, slots={"requested_slot": "phone_number"}, loop=FORM)

    assert held(await run(ValidateIdentityForm(), on)).number == home["broadband"]


@pytest.fixture
def lost(sandbox: httpx.Client) -> str:
    """A lost main card, whose contact number is its own."""
    for number in raw.numbers(sandbox, "suspended"):
        features = {item["name"]: item["value"] for item in raw.product(sandbox, number)["productCharacteristic"]}
        if features["accountState"] == "lost":
            return number
    raise AssertionError("nobody has lost a card")


async def test_a_lost_card_is_proven_by_its_service_password(sandbox: httpx.Client, lost: str) -> None:
    turn = await send(lost)

    assert turn.responses == ["utter_number_no_sms"]
    assert messages(sandbox, lost) == []
    wrongly = await type_code("000000", turn.slots)
    assert (wrongly.responses, wrongly.secret) == (["utter_password_wrong"], True)
    assert "还可以试4次" in wrongly.text
    proven = await type_code(raw.password(lost), wrongly.slots)
    assert read_identity(proven.slots["identity_token"], TALK) == Identity(lost, TALK, "service_password")
    assert (proven.said, proven.secret) == ([], True)
    assert raw.password(lost) not in json.dumps(proven.events)


@pytest.mark.parametrize("intent", ["suspend_resume_lost", "puk_code"])
async def test_no_code_goes_to_a_phone_that_is_lost_or_locked_unless_wished(
    sandbox: httpx.Client, unused: str, intent: str
) -> None:
    waiting = [{"action": "action_x", "params": {"intent": intent}}]
    slots = {"requested_slot": "phone_number", "pending_request": waiting}
    on = tracker(unused, entities={"phone_number": unused}, slots=slots, loop=FORM)

    turn = await run(ValidateIdentityForm(), on)

    assert (turn.responses, held(turn), messages(sandbox, unused)) == ([], Claim(unused), [])
    await presses("use_code", turn.slots)
    assert len(messages(sandbox, unused)) == 1


@pytest.mark.parametrize("typed", [True, False])
async def test_who_wishes_to_is_asked_for_the_service_password(sandbox: httpx.Client, unused: str, typed: bool) -> None:
    slots = (await send(unused)).slots | {"requested_slot": "sms_code"}
    on = tracker("我用服务密码", "service_password", slots=slots, loop=FORM)

    turn = await run(ValidateIdentityForm(), on) if typed else await presses("use_password", slots)

    assert held(turn) == Claim(unused)
    proven = await type_code(raw.password(unused), turn.slots)
    assert read_identity(proven.slots["identity_token"], TALK).method == "service_password"


async def test_the_code_is_no_password_and_the_password_no_code(sandbox: httpx.Client, unused: str) -> None:
    by_code = (await send(unused)).slots
    by_password = (await presses("use_password", by_code)).slots

    assert (await type_code(raw.last_code(sandbox, unused), by_password)).responses == ["utter_password_wrong"]
    assert (await type_code(raw.password(unused), by_code)).responses == ["utter_code_wrong"]


async def test_from_the_password_one_may_go_back_to_a_code(sandbox: httpx.Client, unused: str) -> None:
    slots = (await presses("use_password", (await send(unused)).slots)).slots

    turn = await presses("use_code", slots)

    assert held(turn).to == unused
    assert len(messages(sandbox, unused)) == 2


async def test_from_the_password_one_may_change_the_number(unused: str) -> None:
    slots = (await presses("use_password", (await send(unused)).slots)).slots

    turn = await presses("change_number", slots)

    assert [turn.slots[name] for name in ("phone_number", "sms_code", "identity_claim")] == [None] * 3


async def test_the_fifth_wrong_password_makes_a_pause_for_passwords_only(sandbox: httpx.Client, unused: str) -> None:
    slots = (await presses("use_password", (await send(unused)).slots)).slots

    said = [await type_code(wrong(raw.password(unused)), slots) for _ in range(5)]

    assert [turn.responses for turn in said] == [["utter_password_wrong"]] * 4 + [["utter_password_paused"]]
    assert "15分钟" in said[4].text
    assert held(said[4]) == Claim(unused)
    back = await presses("use_code", said[4].slots)
    proven = await type_code(raw.last_code(sandbox, unused), back.slots)
    assert read_identity(proven.slots["identity_token"], TALK).number == unused


async def test_when_a_password_cannot_be_checked_the_form_goes_on(sandbox: httpx.Client, lost: str) -> None:
    slots = (await send(lost)).slots
    raw.breaks(sandbox, "otp", "error")

    turn = await type_code("123456", slots)

    assert turn.responses == ["utter_bss_unavailable"]
    assert turn.slots["identity_claim"] == slots["identity_claim"]
    assert "identity_token" not in turn.slots


async def test_five_digits_are_no_password(lost: str) -> None:
    slots = (await send(lost)).slots | {"requested_slot": "sms_code"}

    turn = await run(ValidateIdentityForm(), tracker("12345", slots=slots, loop=FORM))

    assert (turn.responses, turn.secret) == (["utter_password_invalid"], True)


async def test_a_line_without_a_password_is_told_so() -> None:
    turn = await type_code("123456", {"identity_claim": Claim("19900000000").slot()["value"]})

    assert turn.responses == ["utter_password_none"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("手机没信号", "report_fault_mobile"),
        ("没收到", "payment_not_credited"),
        ("我还没有收到呢", "nlu_fallback"),
        ("一直没来", "out_of_scope_noise"),
    ],
)
async def test_whom_no_code_reaches_is_told_the_other_ways(unused: str, text: str, intent: str) -> None:
    slots = (await send(unused)).slots | {"requested_slot": "sms_code"}

    turn = await run(ValidateIdentityForm(), tracker(text, intent, slots=slots, loop=FORM))

    assert turn.responses == ["utter_code_other_ways"]
    assert turn.slots["identity_claim"] == slots["identity_claim"]


async def test_a_payment_that_has_not_arrived_is_no_code_that_has_not(unused: str) -> None:
    slots = (await send(unused)).slots | {"requested_slot": "sms_code"}

    turn = await run(ValidateIdentityForm(), tracker("充值没到账", "payment_not_credited", slots=slots, loop=FORM))

    assert turn.events == []


async def test_a_second_card_without_signal_may_get_the_code_at_its_contact(sandbox: httpx.Client) -> None:
    owner = next(
        number for number in raw.numbers(sandbox, "multi_line") if raw.lines(sandbox, number)["mobile"] != number
    )
    card = raw.lines(sandbox, owner)["mobile"]
    slots = (await send(card)).slots | {"requested_slot": "sms_code"}
    before = len(messages(sandbox, owner))

    offered = await run(ValidateIdentityForm(), tracker("收不到", "report_fault_mobile", slots=slots, loop=FORM))
    turn = await presses("use_contact", offered.slots)

    assert offered.responses == ["utter_code_other_ways_contact"]
    assert mask_number(owner) in offered.text
    assert held(turn) == Claim(card, owner, held(turn).code)
    assert len(messages(sandbox, owner)) == before + 1


async def test_who_has_no_contact_number_is_offered_the_password(sandbox: httpx.Client, unused: str) -> None:
    turn = await presses("use_contact", (await send(unused)).slots)

    assert turn.responses == ["utter_number_no_sms"]
    assert held(turn) == Claim(unused)


async def test_a_number_in_a_complaint_about_calls_gets_no_code(sandbox: httpx.Client, unused: str) -> None:
    on = tracker(f"{unused}老打骚扰电话", "complain_spam", entities={"phone_number": unused})

    turn = await run(ValidateIdentityForm(), on)

    assert (turn.events, messages(sandbox, unused)) == ([], [])


def test_every_question_of_the_form_offers_a_person() -> None:
    beginnings = ("utter_ask_number", "utter_ask_code", "utter_number_", "utter_code_", "utter_password_")
    asked = {name: said for name, said in domain()["responses"].items() if name.startswith(beginnings)}

    assert len(asked) > 15
    for name, said in asked.items():
        assert "/human_agent" in [button["payload"] for button in said[0]["buttons"]], name
