"""What a release holds: files and documents to parts and declared relations, with evidence."""

from howopen.inventory.assemble import Inventory, take
from howopen.inventory.documents import Document

__all__ = ["Document", "Inventory", "take"]
