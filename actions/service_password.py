"""服务密码: nobody can look it up; a new one goes to the owner by SMS."""

from actions.journey import Journey, option
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import passwords
from bss.errors import Rejected
from common.masking import mask_number


class ActionServicePassword(Journey):
    """A new service password for the verified line."""

    about = "service_password"

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_service_password"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        blanks = {"number": mask_number(talk.number)}
        if "confirm" not in talk.values:
            choices = [Option(option("reset").title, "yes"), option("no")]
            return Ask("confirm", "utter_new_password_confirm", choices, values=blanks)
        if talk.values["confirm"] == "no":
            self.leave(talk)
            return None
        try:
            to = await talk.call(passwords.reset, talk.number, idempotency_key=talk.key("password"))
        except Rejected as error:
            if error.code != "cannotReceiveSms":
                raise
            talk.say("utter_new_password_no_sms", **blanks)
            return None
        talk.say("utter_new_password_sent", to=mask_number(to), **blanks)
        return None
