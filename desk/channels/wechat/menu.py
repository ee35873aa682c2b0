"""The menu below the chat, from `content/wechat_menu.yml`, as WeChat takes it. Pure.

Source: https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
"""

from typing import Any

# Entries, entries below one, and bytes of their names.
ENTRIES, BELOW, NAME, NAME_BELOW = 3, 5, 16, 60


def as_wechat(menu: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of menu/create. Raises ValueError for what WeChat would refuse."""
    if not 0 < len(menu) <= ENTRIES:
        raise ValueError(f"a menu has one to {ENTRIES} entries")
    return {"button": [_entry(entry) for entry in menu]}


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    below = entry.get("buttons")
    if below is None:
        return _leaf(entry, NAME)
    if not 0 < len(below) <= BELOW:
        raise ValueError(f"{entry['name']}: one to {BELOW} entries below")
    return {"name": _name(entry, NAME), "sub_button": [_leaf(leaf, NAME_BELOW) for leaf in below]}


def _leaf(leaf: dict[str, Any], limit: int) -> dict[str, Any]:
    name = _name(leaf, limit)
    if "url" in leaf:
        return {"type": "view", "name": name, "url": leaf["url"]}
    return {"type": "click", "name": name, "key": leaf["key"]}


def _name(entry: dict[str, Any], limit: int) -> str:
    name = str(entry["name"])
    if len(name.encode()) > limit:
        raise ValueError(f"{name}: longer than {limit} bytes")
    return name
