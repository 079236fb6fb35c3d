"""Knowledge is data: TOML files and one typed, lazy loader. Nothing here decides anything."""

from howopen.knowledge.loader import Knowledge, default

__all__ = ["Knowledge", "default"]
