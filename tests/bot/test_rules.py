from pathlib import Path

from tests.bot.model import rule_lookup

# RulePolicy keeps the last 1,000 keys in a cache and compares them one by one once there are more.
MOST_KEYS = 800


def test_the_rules_stay_far_from_where_rasa_becomes_slow(small_model: Path) -> None:
    keys = [key for kind in ("rules", "rules_for_loop_unhappy_path") for key in rule_lookup(small_model).get(kind, {})]

    assert 100 < len(keys) < MOST_KEYS
