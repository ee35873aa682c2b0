import zlib

import pytest

from common.settings import settings
from desk import pictures, store
from desk.errors import Refused
from knowledge_base.content import content

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDAT"
    + zlib.compress(b"\0\0")
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 50
GIF = b"GIF89a\x01\x00\x01\x00" + b"\0" * 50
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\0" * 50
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def files() -> list[str]:
    folder = settings().pictures_dir
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def url_of(talk: str) -> str:
    return store.history(talk, 0)[0][0]["card"]["url"]


@pytest.mark.parametrize(
    ("data", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (GIF, "image/gif"), (WEBP, "image/webp")]
)
def test_a_picture_is_kept_and_read_back_as_what_its_bytes_are(talk: str, data: bytes, kind: str) -> None:
    (reply,) = pictures.keep(talk, "p1", data)

    assert reply["text"] == content("desk")["sentences"]["picture_kept"]
    picture = url_of(talk).rsplit("/", 1)[1]
    assert url_of(talk) == f"/api/v1/conversations/{talk}/pictures/{picture}"
    assert pictures.read(talk, picture) == (data, kind)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        HTML,
        SVG,
        b"%PDF-1.7" + b"\0" * 9,
        b"MZ" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 50,
        b"BM" + b"\0" * 80,
    ],
    ids=["empty", "byte", "html", "svg", "pdf", "exe", "zip", "bmp"],
)
def test_what_is_no_picture_by_its_bytes_is_refused_and_not_kept(talk: str, data: bytes) -> None:
    with pytest.raises(Refused) as raised:
        pictures.keep(talk, "p1", data)
    assert (raised.value.status, raised.value.code) == (415, "picture_unknown")
    assert files() == []
    assert store.history(talk, 0)[0] == []


def test_a_picture_that_is_too_large_is_refused_and_not_kept(talk: str) -> None:
    data = PNG + b"\0" * (settings().picture_bytes + 1 - len(PNG))

    with pytest.raises(Refused) as raised:
        pictures.keep(talk, "p1", data)
    assert (raised.value.status, raised.value.code) == (413, "picture_too_large")
    assert "5MB" in raised.value.message
    assert files() == []
    pictures.keep(talk, "p1", data[:-1])
    assert len(files()) == 1


def test_the_same_picture_again_is_kept_once_and_answered_the_same(talk: str) -> None:
    first = pictures.keep(talk, "p1", PNG)

    assert pictures.keep(talk, "p1", PNG) == first
    assert len(files()) == 1
    assert [line["role"] for line in store.history(talk, 0)[0]] == ["customer", "system"]


def test_a_picture_is_no_work_for_the_bot(talk: str) -> None:
    pictures.keep(talk, "p1", PNG)

    assert store.pending(talk) == []


def test_a_picture_of_another_conversation_is_not_found(talk: str) -> None:
    other = store.create_conversation("web")
    pictures.keep(other, "p1", PNG)

    with pytest.raises(Refused) as raised:
        pictures.read(talk, url_of(other).rsplit("/", 1)[1])
    assert raised.value.status == 404


def test_a_picture_whose_file_is_gone_is_not_found(talk: str) -> None:
    pictures.keep(talk, "p1", PNG)
    (settings().pictures_dir / files()[0]).unlink()

    with pytest.raises(Refused) as raised:
        pictures.read(talk, url_of(talk).rsplit("/", 1)[1])
    assert raised.value.status == 404
