"""Typed clients of the operator's systems over TM Forum Open APIs v4, one module an API group.

Everything here blocks: callers run it in a thread (`asyncio.to_thread` carries the turn's deadline along).
"""
