"""Li et al. 2018, Figure 1: the surfaces of ResNet-56 without and with skip connections, on one scale of losses."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from shared import begin, example

from lossvista import Style, render
from lossvista.compute.style import Camera

CAMERA = Camera(position=(2.0, -4.0, 3.2), focus=(0.0, 0.0, 0.45), angle=30.0)


def main(out: Path, work: Path) -> None:
    names = {"without skip connections": "resnet56-noshort", "with skip connections": "resnet56"}
    look = Style(
        view="surface", path=False, title=False, axes=False, floor=False, centre=False, camera=CAMERA
    ).relieved(low=0.3, high=300.0)
    pair = Image.new("RGB", (1500, 460), "white")
    for k, (words, name) in enumerate(names.items()):
        picture = work / f"{name}.png"
        render(example(name), picture, look.replace(colorbar=k == 1), (750, 600))
        pair.paste(Image.open(picture).crop((0, 70, 750, 470)), (750 * k, 0))
        ImageDraw.Draw(pair).text(
            (375 + 750 * k, 412), words, fill="black", font=ImageFont.load_default(26), anchor="ma"
        )
    pair.save(out, optimize=True)


if __name__ == "__main__":
    begin(main, __file__)
