"""Rasa's rules, looked up by what was just said and done instead of one after the other."""

from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT, TEXT

# Rasa's names for the two tables of a trained policy.
TABLES = ("rules", "rules_for_loop_unhappy_path")

Ending = tuple[str | None, str | None]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class IndexedRulePolicy(RulePolicy):
    """Predicts exactly what `RulePolicy` predicts, and is trained as it is.

    Rasa compares every rule with the state of the conversation, several times a turn; here only those are compared
    that end in the present intent and action, or name none. Training warns that `RulePolicy` itself is not there.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only a loaded policy has all its rules; training compares as Rasa does.
        trained = kwargs.get("lookup") or {}
        self._index = {id(trained[table]): _by_ending(trained[table]) for table in TABLES if table in trained}
        self._reads_texts = any(_names_a_text(key) for table in TABLES for key in trained.get(table, {}))

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        index = self._index.get(id(lookup))
        if index is None or not states:
            keys: set[str] = super()._get_possible_keys(lookup, states)
            return keys
        action, intent = _ending(states[-1])
        endings = {(action, intent), (action, None), (None, intent), (None, None)}
        near = {key: lookup[key] for ending in endings for key in index.get(ending, ())}
        found: set[str] = super()._get_possible_keys(near, states)
        return found

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if self._index and use_text_for_last_user_input and not self._reads_texts:
            # No rule is about a sentence; the same rules are asked again with its intent.
            return None, None, False
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(
            tracker, domain, use_text_for_last_user_input
        )
        return found


def _by_ending(table: dict[str, str]) -> dict[Ending, list[str]]:
    """The keys of rules by the action and the intent of their last state."""
    index: dict[Ending, list[str]] = {}
    for key in table:
        states: list[State] = RulePolicy._rule_key_to_state(key)
        index.setdefault(_ending(states[-1]), []).append(key)
    return index


def _ending(state: State) -> Ending:
    return _value(state, PREVIOUS_ACTION, ACTION_NAME), _value(state, USER, INTENT)


def _value(state: State, part: str, name: str) -> str | None:
    value = state.get(part, {}).get(name)
    return value if isinstance(value, str) and value != SHOULD_NOT_BE_SET else None


def _names_a_text(key: str) -> bool:
    return any(TEXT in state.get(USER, {}) for state in RulePolicy._rule_key_to_state(key))
