"""The worker: sends what waits in the operator's outbox, looks at what conversations wait for, tells customers, and
brings what the bot did not do well by into the editors' inbox.

It also follows the tickets that were filed and counts contacts, for the quality board. Starts with
`python -m desk.worker`. It may run more than once: leases in the database share the work out.
"""

import logging
import signal
import threading
import time
from urllib.parse import urlsplit

from bss import balance, filed, outbox
from bss.hubs import Subscriptions
from common.database import transaction
from common.logs import set_up_logging
from common.loops import Loop
from common.settings import settings
from desk import bot_server, listener, news, store
from desk.editor import inbox
from desk.errors import Refused, sentence
from desk.supervisor import contacts

logger = logging.getLogger(__name__)

# One that hangs keeps its lease only; the others go on.
SENDERS = 4
LOOKERS = 2
STOP_SECONDS = 3.0


def tell() -> bool:
    """Tells the customers whose requests were done after their turn, each once; False when there is nobody to tell."""
    with transaction() as session:
        done = outbox.newly_done(session)
        for receipt in done:
            try:
                row = store.lock_conversation(session, receipt.conversation or "")
            except Refused:
                continue  # deleted meanwhile
            store.add_lines(session, row, [store.Said("bot", _done(receipt))])
    return bool(done)


def _done(receipt: outbox.Receipt) -> str:
    """What the customer is told of a request that was done after its turn."""
    number = receipt.operator_number or ""
    link = balance.payment_link(number) if receipt.kind == "topup" else ""
    return sentence(f"done_{receipt.kind}", receipt=receipt.number, number=number, link=link)


def main() -> None:
    """Works until SIGTERM or SIGINT; ends within a few seconds of it."""
    set_up_logging()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    senders = [Loop(f"sender-{number}", outbox.work_one, stopping) for number in range(SENDERS)]
    lookers = [Loop(f"looker-{number}", news.look, stopping) for number in range(LOOKERS)]
    loops = [*senders, *lookers, Loop("teller", tell, stopping), Loop("follower", bot_server.follow, stopping)]
    loops.append(Loop("tickets", filed.look, stopping))
    loops.append(Loop("contacts", contacts.count_more, stopping))
    loops.append(Loop("gatherer", inbox.Gatherer().step, stopping))
    callback = listener.callback()
    events = None if callback is None else Subscriptions(callback)
    if events is not None:
        loops.append(Loop("subscriber", events.renew, stopping))
    for loop in loops:
        loop.start()
    server = listener.serve(urlsplit(settings().worker_url).port or 80, lambda: all(loop.well for loop in loops))
    stopping.wait()
    ends = time.monotonic() + STOP_SECONDS
    for loop in loops:
        loop.join(max(0.0, ends - time.monotonic()))
    if events is not None:
        unsubscriber = threading.Thread(target=events.end, name="unsubscriber", daemon=True)
        unsubscriber.start()
        unsubscriber.join(max(0.0, ends - time.monotonic()))
    server.server_close()


if __name__ == "__main__":
    main()
