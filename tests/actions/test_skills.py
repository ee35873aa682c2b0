import pytest

from actions.skills import routing


@pytest.mark.parametrize(
    ("topic", "line", "group"),
    [
        ("complain_vas", "iptv", "complaint"),
        ("report_fault_broadband", "broadband", "fault"),
        ("query_ticket_urge", None, "fault"),
        ("broadband_service_renew", None, "fixed"),
        ("query_bill", "iptv", "fixed"),
        ("query_bill", "mobile", "mobile"),
        ("cancel_service_port_out", None, "retention"),
        ("enterprise_service", None, "enterprise"),
        (None, None, "mobile"),
    ],
)
def test_a_topic_and_a_line_lead_to_a_group(topic: str | None, line: str | None, group: str) -> None:
    assert routing(topic, line) == {"group": group, "priority": "normal"}


def test_who_threatens_to_go_further_does_not_wait() -> None:
    assert routing("complain_escalate") == {"group": "complaint", "priority": "high"}
    assert routing("query_bill", urgent=True)["priority"] == "high"
