"""Where a release lies: a folder, a file, a wheel, a hub repository, a manifest."""

from howopen.places.opening import open_place, split_ref
from howopen.places.place import MAX_TEXT, Entry, Place, PlaceFacts

__all__ = ["MAX_TEXT", "Entry", "Place", "PlaceFacts", "open_place", "split_ref"]
