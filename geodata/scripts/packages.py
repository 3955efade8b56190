"""Opens the installed packages that the scripts start from."""

import importlib.util
import json
import zipfile
from functools import cache
from pathlib import Path

from tables import WORK

NODE_MODULES = WORK / "node" / "node_modules"
MAPSHAPER = NODE_MODULES / ".bin" / "mapshaper"


def python_package(name):
    """The folder of an installed Python package, found without importing it."""
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def node_json(path):
    """Reads a JSON file of an installed npm package."""
    return json.loads((NODE_MODULES / path).read_text(encoding="utf-8"))


@cache
def simplified_characters():
    """Maps traditional to simplified characters, as str.translate wants it."""
    lines = (python_package("jionlp") / "dictionary" / "tra2sim_char.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if "\t" in line)
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair[0]) == 1}


def simplified(text):
    """Writes Chinese in simplified characters."""
    return text.translate(simplified_characters())


def jionlp_location_lines():
    """The lines of jionlp's tree of Chinese places, villages and all."""
    path = python_package("jionlp") / "dictionary" / "china_location.zip"
    return zipfile.ZipFile(path).read("china_location.txt").decode("utf-8").splitlines()


def jionlp_change_lines():
    """The lines of jionlp's table of changed places."""
    path = python_package("jionlp") / "dictionary" / "china_location_change.txt"
    return path.read_text(encoding="utf-8").splitlines()
