"""Rasa's processor with calls of actions whose answers are checked against a schema that is prepared once.

Rasa checks the schema itself anew before each answer that it checks with it: two thirds of what a turn with an action
costs. The channel puts this processor in the place of Rasa's.
"""

from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import Action, RemoteAction, action_for_name_or_text
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.action_endpoint import BoundedEndpoint
from common.settings import settings

_SCHEMA = RemoteAction.action_response_format_spec()
_ANSWER = validator_for(_SCHEMA)(_SCHEMA)


class CheckedAction(RemoteAction):
    """An action on the action server."""

    def _validate_action_result(self, result: dict[str, Any]) -> bool:
        _ANSWER.validate(result)
        return True


class CheckedForm(FormAction):
    """A form whose own actions are called likewise."""

    async def validate_slots(
        self,
        slot_candidates: dict[str, Any],
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """The events of the form's validation action; none where it has none."""
        name = f"validate_{self.name()}"
        if name not in domain.action_names_or_texts:
            return []
        filled = [SlotSet(slot, value) for slot, value in slot_candidates.items()]
        asked = self._temporary_tracker(tracker, filled, domain)
        return await CheckedAction(name, self.action_endpoint).run(output_channel, nlg, asked, domain)

    async def _ask_for_slot(
        self,
        domain: Domain,
        nlg: NaturalLanguageGenerator,
        output_channel: OutputChannel,
        slot_name: str,
        tracker: DialogueStateTracker,
    ) -> list[Event]:
        name = self._name_of_utterance(domain, slot_name)
        if not name:
            return []
        asking = _checked(action_for_name_or_text(name, domain, self.action_endpoint))
        return await asking.run(output_channel, nlg, tracker, domain)


class DeskProcessor(MessageProcessor):
    """Rasa's processor of a loaded model, with `BoundedEndpoint` as its way to the action server."""

    def __init__(self, loaded: MessageProcessor) -> None:
        # Loading is done; a model is not read twice.
        self.__dict__.update(loaded.__dict__)
        self.action_endpoint = BoundedEndpoint(f"{settings().actions_url}/webhook", **loaded.action_endpoint.kwargs)

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        goes_on: bool = await super()._run_action(_checked(action), *args, **kwargs)
        return goes_on


def _checked(action: Action) -> Action:
    if type(action) is RemoteAction:
        return CheckedAction(action.name(), action.action_endpoint)
    if type(action) is FormAction:
        return CheckedForm(action.name(), action.action_endpoint)
    return action
