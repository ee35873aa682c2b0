"""Places where the operator has customers, and what is out of order there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """A district: its administrative code and names, and its telephone code."""

    code: str
    city: str
    district: str
    dial: str

    @property
    def name(self) -> str:
        """City and district, as people write it."""
        return self.city + self.district


AREAS = {
    "pudong": Area("310115", "上海市", "浦东新区", "021"),
    "jingan": Area("310106", "上海市", "静安区", "021"),
    "gulou": Area("320106", "南京市", "鼓楼区", "025"),
    "xuanwu": Area("320102", "南京市", "玄武区", "025"),
    "tianhe": Area("440106", "广州市", "天河区", "020"),
    "wuhou": Area("510107", "成都市", "武侯区", "028"),
    "xihu": Area("330106", "杭州市", "西湖区", "0571"),
    "hongshan": Area("420111", "武汉市", "洪山区", "027"),
}

# (id, area, affected line types, what happened, hours since it began, hours until it should be mended)
OUTAGES = (
    ("OUT0001", "gulou", ("broadband", "iptv"), "道路施工挖断光缆，抢修队已到现场", 2, 46),
    ("OUT0002", "wuhou", ("broadband", "iptv", "landline"), "机房供电故障，正在切换备用电源", 1, 40),
)
