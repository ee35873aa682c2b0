"""The indexed rules find what Rasa's own policy finds."""

import random

import pytest
from rasa.core.agent import Agent
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER

from bot.policy import IndexedRulePolicy


@pytest.fixture(scope="module")
def policy(loaded: Agent) -> IndexedRulePolicy:
    """The policy of the small model, whose rules are the product's."""
    nodes = loaded.processor.graph_runner._instantiated_nodes.values()
    (found,) = [node._component for node in nodes if isinstance(node._component, IndexedRulePolicy)]
    return found


def test_the_same_rules_match_any_state(policy: IndexedRulePolicy, loaded: Agent) -> None:
    lookup = policy.lookup["rules"]
    chance = random.Random(7)
    actions = [*loaded.domain.action_names_or_texts, None]
    intents = [*loaded.domain.intents, None]
    loops = [None, "identity_form", "journey_form"]
    matched = 0
    for _ in range(400):
        states = []
        for _ in range(chance.randint(1, 4)):
            action, intent, loop = chance.choice(actions), chance.choice(intents), chance.choice(loops)
            state = {PREVIOUS_ACTION: {"action_name": action}} if action else {}
            state |= {USER: {"intent": intent}} if intent else {}
            states.append(state | ({"active_loop": {"name": loop}} if loop else {}))
        if chance.random() < 0.2:  # as within a form
            states[-1] = {PREVIOUS_ACTION: {"action_name": "journey_form"}, "active_loop": {"name": "journey_form"}}
        elif chance.random() < 0.7:  # as after a message
            states[-1][PREVIOUS_ACTION] = {"action_name": "action_listen"}
        plain = RulePolicy._get_possible_keys(policy, lookup, states)
        assert policy._get_possible_keys(lookup, states) == plain
        matched += bool(plain)
    assert matched > 20


def test_rules_about_sentences_are_not_looked_for_where_there_are_none(policy: IndexedRulePolicy) -> None:
    assert policy._reads_texts is False
    assert policy._find_action_from_rules(None, None, use_text_for_last_user_input=True) == (None, None, False)
