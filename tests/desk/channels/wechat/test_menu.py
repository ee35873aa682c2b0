import pytest

from desk.channels.wechat.menu import as_wechat
from knowledge_base.content import content


def test_the_menu_of_the_content_is_one_that_wechat_takes() -> None:
    made = as_wechat(content("wechat_menu")["menu"])

    assert [entry["name"] for entry in made["button"]] == ["查询", "办理", "人工客服"]
    assert made["button"][0]["sub_button"][0] == {"type": "click", "name": "话费余额", "key": "balance"}
    assert made["button"][2] == {"type": "click", "name": "人工客服", "key": "human"}


def test_an_address_is_an_entry_that_opens_it() -> None:
    made = as_wechat([{"name": "网厅", "url": "https://hall.example"}])

    assert made == {"button": [{"type": "view", "name": "网厅", "url": "https://hall.example"}]}


@pytest.mark.parametrize(
    "menu",
    [
        [],
        [{"name": "一", "key": "k"}] * 4,
        [{"name": "一", "buttons": []}],
        [{"name": "一", "buttons": [{"name": "二", "key": "k"}] * 6}],
        [{"name": "这个名字太长", "key": "k"}],
    ],
)
def test_what_wechat_would_refuse_is_refused_here(menu: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match=r"one to|longer than"):
        as_wechat(menu)
