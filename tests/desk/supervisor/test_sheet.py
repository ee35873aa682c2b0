import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.supervisor.sheet import Form, Item, form, total

FATAL = {item.id for item in form().items if item.fatal}
ANSWERS = st.fixed_dictionaries({item.id: st.integers(0, item.points) for item in form().items})


def test_the_form_is_complete() -> None:
    assert len(form().items) >= 5
    assert FATAL
    assert len(form().version) <= 16
    assert all(item.title and item.help for item in form().items)


@given(ANSWERS)
def test_a_total_is_the_sum_unless_a_fatal_item_has_nothing(answers: dict[str, int]) -> None:
    points, fatal = total(form(), answers)

    assert fatal == any(answers[item] == 0 for item in FATAL)
    assert points == (0 if fatal else sum(answers.values()))
    assert 0 <= points <= 100


def test_all_points_are_a_hundred() -> None:
    assert total(form(), {item.id: item.points for item in form().items}) == (100, False)


@given(ANSWERS, st.sampled_from([item.id for item in form().items]))
def test_an_item_left_out_or_with_too_many_points_is_refused(answers: dict[str, int], item: str) -> None:
    points = {one.id: one.points for one in form().items}[item]
    left_out = {name: value for name, value in answers.items() if name != item}

    for wrong in (left_out, answers | {"x": 1}, answers | {item: points + 1}, answers | {item: -1}):
        with pytest.raises(ValueError, match="item"):
            total(form(), wrong)


@pytest.mark.parametrize(
    "items",
    [
        (Item("a", "甲", "", 60), Item("b", "乙", "", 30)),
        (Item("a", "甲", "", 60), Item("a", "乙", "", 40)),
        (Item("a", "甲", "", 100), Item("b", "乙", "", 0)),
    ],
)
def test_a_form_that_does_not_add_up_is_refused(items: tuple[Item, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Form("1", items)
