import httpx
import pytest

from actions.level import ActionQueryLevel
from tests.actions.talk import run, tracker, verified


@pytest.mark.parametrize(
    ("number", "level"), [("18900001001", "3星客户"), ("18100001025", "政企2A级客户"), ("19900001035", "6星客户")]
)
async def test_the_level_is_told_as_customers_call_it(sandbox: httpx.Client, number: str, level: str) -> None:
    turn = await run(ActionQueryLevel(), tracker("我是几星", "query_level", slots=verified(number)))

    assert turn.text.endswith(f"的机主是{level}。")
