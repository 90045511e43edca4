"""Stacked: pictures below or beside one another, as one."""

from pathlib import Path

from PIL import Image


def stacked(pictures: list[Path], out: Path, columns: int = 1) -> None:
    """`columns` of them in a row, in cells as large as the largest of them."""
    opened = [Image.open(picture).convert("RGB") for picture in pictures]
    width, height = (max(picture.size[side] for picture in opened) for side in (0, 1))
    whole = Image.new("RGB", (columns * width, -(-len(opened) // columns) * height), "white")
    for k, picture in enumerate(opened):
        whole.paste(picture, (k % columns * width, k // columns * height))
    whole.save(out, optimize=True)
