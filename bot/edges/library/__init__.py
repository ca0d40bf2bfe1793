"""The shelf of procedures: a strict reader of YAML, and a folder of procedure files.

Reading blocks; a caller with an event loop runs it in a thread. No network is touched.
"""

from bot.edges.library.cache import default_folder
from bot.edges.library.folder import SUFFIXES, Library, content_of, examine_file, files_of
from bot.edges.library.reader import Read, read

__all__ = [
    "SUFFIXES",
    "Library",
    "Read",
    "content_of",
    "default_folder",
    "examine_file",
    "files_of",
    "read",
]
