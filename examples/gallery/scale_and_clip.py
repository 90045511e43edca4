"""One landscape (ResNet-56 without skip connections), three reliefs: linear, logarithmic, and linear cut at a loss of 10."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from shared import begin, example
from stacked import stacked

from lossvista import Style, render


def main(out: Path, work: Path) -> None:
    look = Style(view="contours", floor=False, title=False, axes=False)
    reliefs = {
        "linear": look.relieved(scale="linear"),
        "logarithmic": look.relieved(scale="log"),
        "linear, cut at 10": look.relieved(scale="linear", clip=10.0, high=10.0),
    }
    pictures = []
    for words, relief in reliefs.items():
        pictures.append(work / f"{words}.png")
        render(example("resnet56-noshort"), pictures[-1], relief, (640, 560))
        picture = Image.open(pictures[-1])
        ImageDraw.Draw(picture).text((320, 525), words, fill="black", font=ImageFont.load_default(24), anchor="ma")
        picture.save(pictures[-1])
    stacked(pictures, out, columns=3)


if __name__ == "__main__":
    begin(main, __file__)
