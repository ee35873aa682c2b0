"""Places where the operator has customers, and what is out of order there."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians


@dataclass(frozen=True)
class Area:
    """A district: its administrative code and names, its telephone code, and about where it is, in degrees."""

    code: str
    city: str
    district: str
    dial: str
    latitude: float
    longitude: float

    @property
    def name(self) -> str:
        """City and district, as people write it."""
        return self.city + self.district


AREAS = {
    "pudong": Area("310115", "上海市", "浦东新区", "021", 31.22, 121.54),
    "jingan": Area("310106", "上海市", "静安区", "021", 31.23, 121.45),
    "gulou": Area("320106", "南京市", "鼓楼区", "025", 32.07, 118.77),
    "xuanwu": Area("320102", "南京市", "玄武区", "025", 32.05, 118.80),
    "tianhe": Area("440106", "广州市", "天河区", "020", 23.12, 113.36),
    "wuhou": Area("510107", "成都市", "武侯区", "028", 30.64, 104.04),
    "xihu": Area("330106", "杭州市", "西湖区", "0571", 30.26, 120.13),
    "hongshan": Area("420111", "武汉市", "洪山区", "027", 30.50, 114.34),
}

# Kilometres: what is further from a district's middle than that is not taken for it.
FAR = 15.0


def at(place: str, near: str) -> Area | None:
    """The district of a place, by its name (江苏省南京市鼓楼区…), or else by `latitude,longitude`."""
    for area in AREAS.values():
        # A name without a city, as maps have it too, is that of the only district called so.
        if area.district in place and (area.city in place or "市" not in place):
            return area
    try:
        latitude, longitude = map(float, near.split(","))
    except ValueError:
        return None
    nearest = min(AREAS.values(), key=lambda area: _kilometres(area, latitude, longitude))
    return nearest if _kilometres(nearest, latitude, longitude) <= FAR else None


def _kilometres(area: Area, latitude: float, longitude: float) -> float:
    # 111.2 km a degree; one of longitude is shorter away from the equator.
    east = (longitude - area.longitude) * cos(radians(area.latitude))
    return 111.2 * hypot(latitude - area.latitude, east)


# (id, area, affected line types, what happened, hours since it began, hours until it should be mended)
OUTAGES = (
    ("OUT0001", "gulou", ("broadband", "iptv"), "道路施工挖断光缆，抢修队已到现场", 2, 46),
    ("OUT0002", "wuhou", ("broadband", "iptv", "landline"), "机房供电故障，正在切换备用电源", 1, 40),
)
