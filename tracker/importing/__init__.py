"""Bringing in what others saw: every capture takes the way that a look takes, with its own time.

printed     NewsDiffs' printed form, which tells no time: looks of now
looks       looks with times of their own: read, judged, and merged into the histories that are there
formats     which reader reads which format, and what it is given

Importing twice changes nothing.
"""

from tracker.importing.formats import FORMATS, Format, MementoAccess, Wishes
from tracker.importing.looks import Brought, Importer
from tracker.importing.printed import Imported, PrintedImporter

__all__ = ["FORMATS", "Brought", "Format", "Imported", "Importer", "MementoAccess", "PrintedImporter", "Wishes"]
