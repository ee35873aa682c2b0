from rasa_sdk.executor import CollectingDispatcher

from actions.cards import row, say_with_card


def test_a_card_hangs_on_its_sentence() -> None:
    dispatcher = CollectingDispatcher()

    say_with_card(dispatcher, "utter_balance", kind="balance", title="余额", rows=[row("号码", "189")], number="189")

    (message,) = dispatcher.messages
    assert (message["response"], message["number"]) == ("utter_balance", "189")
    assert message["custom"] == {
        "card": {
            "kind": "balance",
            "title": "余额",
            "amount": None,
            "rows": [{"label": "号码", "value": "189", "note": None, "ratio": None}],
            "note": None,
        }
    }
