"""Prints the version of Python and of each package that requirements.txt names, or null for one that is missing."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


requirements = Path(__file__).with_name("requirements.txt").read_text().split()
packages = {line.split("==")[0]: installed(line.split("==")[0]) for line in requirements}
print(json.dumps({"python": platform.python_version(), **packages}))
