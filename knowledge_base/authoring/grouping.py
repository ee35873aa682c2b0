"""The inbox's sentences put together by meaning, so that an editor decides once about what many customers said."""

from collections.abc import Mapping
from itertools import chain

import numpy as np
import sqlalchemy as sa

from common.database import reading, transaction
from common.times import utc_now
from knowledge_base.authoring.checking import folder
from knowledge_base.authoring.clusters import Matrix, centre, clustered
from knowledge_base.authoring.embeddings import vectors
from knowledge_base.authoring.models import Cluster, InboxSentence

# Sentences in a round; the rest waits for the next one.
MOST = 5_000
# Those of a cluster that say where its middle is.
MEMBERS = 200


def group() -> int:
    """Gives a cluster to each open sentence that has none; how many there were."""
    with reading() as session:
        new = session.execute(
            sa.select(InboxSentence.id, InboxSentence.text)
            .where(InboxSentence.state == "open", InboxSentence.cluster_id.is_(None))
            .order_by(InboxSentence.id)
            .limit(MOST)
        ).all()
        if not new:
            return 0
        members: dict[int, list[str]] = {}
        for cluster, text in session.execute(
            sa.select(InboxSentence.cluster_id, InboxSentence.text)
            .where(InboxSentence.state == "open", InboxSentence.cluster_id.is_not(None))
            .order_by(InboxSentence.id)
        ):
            members.setdefault(cluster, []).append(text)
    texts = [text for _, text in new]
    last = {cluster: own[-MEMBERS:] for cluster, own in members.items()}
    # Asked for at once: each asking looks through all that are kept.
    every = list(dict.fromkeys([*texts, *chain.from_iterable(last.values())]))
    known = dict(zip(every, _vectors(every), strict=True))
    centres = {cluster: centre(_rows(own, known)) for cluster, own in last.items()}
    found = []
    for one in clustered(_rows(texts, known), texts, centres):
        own = [*last.get(one.id or 0, []), *(texts[row] for row in one.rows)][-MEMBERS:]
        found.append((one, texts[one.representative] if one.id is None else _middle(own, _rows(own, known))))
    now = utc_now()
    # Nothing is computed in it: whoever writes waits for it.
    with transaction() as session:
        for one, title in found:
            row = None if one.id is None else session.get(Cluster, one.id)
            if row is None:
                row = Cluster(title=title, updated_at=now)
                session.add(row)
                session.flush()
            row.title, row.updated_at = title, now
            session.execute(
                sa.update(InboxSentence)
                .where(InboxSentence.id.in_([new[place][0] for place in one.rows]))
                .values(cluster_id=row.id)
            )
    return len(new)


def _vectors(texts: list[str]) -> Matrix:
    return vectors(texts, folder())


def _rows(texts: list[str], known: Mapping[str, Matrix]) -> Matrix:
    return np.stack([known[text] for text in texts])


def _middle(texts: list[str], rows: Matrix) -> str:
    """The sentence that says best what all of them say."""
    likeness = np.round(rows @ centre(rows), 3)
    return min(texts, key=lambda text: (-float(likeness[texts.index(text)]), len(text)))
