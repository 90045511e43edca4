"""Reel: the pictures of a film as a file, MP4 (H.264) by imageio-ffmpeg or GIF by Pillow, with progress; a film that is given up
leaves no file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from ...compute.errors import LossvistaError
from ...compute.landscape import Landscape
from ...compute.progress import Job, Pace, Progress
from ...compute.storage.disk import beside, put, trouble
from ...compute.style import Style
from .film import pictures

SUFFIXES = (".mp4", ".gif")


def film(
    landscape: Landscape,
    style: Style,
    path: str,
    motion: str = "turntable",
    size: tuple[int, int] = (1280, 720),
    seconds: float = 8.0,
    rate: int = 25,
) -> Job[list[str]]:
    """Draw the film and write it; returns the path and a remark. size: pixels, even for MP4. rate: pictures a second. Raises
    LossvistaError for another suffix, where imageio-ffmpeg is missing, and as `pictures` and the disk do."""
    target = Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise LossvistaError(f"A film cannot be saved as '{target.suffix}'.", "Use .mp4 or .gif.")
    if not 0.1 <= seconds <= 600 or not 1 <= rate <= 60:
        raise LossvistaError(
            f"A film of {seconds:g} s with {rate} pictures a second cannot be made.", "Use 0.1 to 600 s, 1 to 60."
        )
    count = max(round(seconds * rate), 2)
    drawn = pictures(landscape, style, motion, count, size)
    write = _gif if target.suffix.lower() == ".gif" else _mp4
    pace = Pace(count)
    try:
        for number in write(drawn, target, size, rate):
            yield Progress(f"filming {target.name}", number, count, pace.eta(number))
    except OSError as error:
        raise trouble(error, target) from error
    return [path, ""]


def _mp4(drawn: Iterator[np.ndarray], target: Path, size: tuple[int, int], rate: int) -> Iterator[int]:
    """H.264 with 4:2:0 colours, which every player and browser shows; the number of pictures that are in it."""
    try:
        import imageio_ffmpeg
    except ImportError:
        raise LossvistaError(
            "MP4 needs the package imageio-ffmpeg, which is not installed.", "pip install imageio-ffmpeg, or use .gif."
        ) from None
    width, height = (side - side % 2 for side in size)
    with beside(target) as partial:
        writer = imageio_ffmpeg.write_frames(
            str(partial),
            (width, height),
            fps=rate,
            codec="libx264",
            quality=8,
            macro_block_size=2,
            ffmpeg_log_level="error",
            output_params=["-f", "mp4"],
        )
        try:
            writer.send(None)
            for number, picture in enumerate(drawn, 1):
                writer.send(np.ascontiguousarray(picture[:height, :width]))
                yield number
        finally:
            writer.close()


def _gif(drawn: Iterator[np.ndarray], target: Path, size: tuple[int, int], rate: int) -> Iterator[int]:
    """256 colours of its own for each picture."""
    import io

    reduced = []
    for number, picture in enumerate(drawn, 1):
        reduced.append(Image.fromarray(picture).quantize(256, dither=Image.Dither.NONE))
        yield number
    kept = io.BytesIO()
    step = max(round(100 / rate), 2) * 10  # in hundredths of a second, of which browsers take no fewer than two
    reduced[0].save(kept, "GIF", save_all=True, append_images=reduced[1:], duration=step, loop=0)
    put(target, kept.getvalue())
