"""The shelf of procedures: a strict reader of YAML, and a folder of procedure files.

Reading blocks; a caller with an event loop runs it in a thread. No network is touched.
"""

from bot.edges.library.cache import default_folder, program
from bot.edges.library.commits import Commits
from bot.edges.library.folder import Library
from bot.edges.library.judging import examine_file
from bot.edges.library.pictures import trouble as picture_trouble
from bot.edges.library.place import Place, is_procedure, place_of
from bot.edges.library.reader import Read, read
from bot.edges.library.routes import RoutesFile, examine_routing, says_routes
from bot.edges.library.skeleton import SkeletonError, SkeletonFile, is_skeleton, reader

__all__ = [
    "Commits",
    "Library",
    "Place",
    "Read",
    "RoutesFile",
    "SkeletonError",
    "SkeletonFile",
    "default_folder",
    "examine_file",
    "examine_routing",
    "is_procedure",
    "is_skeleton",
    "picture_trouble",
    "place_of",
    "program",
    "read",
    "reader",
    "says_routes",
]
