"""Compares the product's image decoder with Pillow, file by file: `npm run oracle -- FOLDER`.

Both read each file of a folder; what both read is brought to 32 x 32 pixels by Pillow and compared. Prints a table of what
differs by more than 1 of 255, and of what only one of them reads.
"""

import json
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SIDE = 32
MOST = 1
warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = 40_000_000


def with_pillow(path):
    """Returns the first frame, upright, as RGBA; whole numbers of more than 8 bits keep their upper eight."""
    with Image.open(path) as image:
        image.seek(0)
        image.load()
        values = np.asarray(image) if image.mode[0] == "I" else None
        if values is not None and (image.mode != "I" or values.max() > 255):
            alpha = np.full(values.shape, 255)
            alpha[values == image.info.get("transparency", -1)] = 0
            grey = values.astype(np.uint16) >> 8
            image_8 = Image.fromarray(np.stack([grey, grey, grey, alpha], 2).astype(np.uint8), "RGBA")
            image_8.getexif().update(image.getexif())
            return ImageOps.exif_transpose(image_8)
        return ImageOps.exif_transpose(image).convert("RGBA")


def over_white(image):
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image)
    return np.asarray(ground.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)).astype(int)


def compare(folder, ours):
    counts = Counter()
    lines = []
    for record in ours:
        path = record["path"]
        try:
            theirs = with_pillow(folder / path)
        except Exception as error:  # noqa: BLE001: whatever it says, it does not read the file
            theirs, why = None, f"{type(error).__name__}: {error}"
        if "reason" in record:
            kind = "neither" if theirs is None else "only Pillow"
            if theirs is not None:
                lines.append(f"only Pillow\t{path}\t{theirs.size}\t{record['reason']}")
        elif theirs is None:
            kind = "only ours"
            lines.append(f"only ours\t{path}\t\t{why}")
        else:
            size = (record["width"], record["height"])
            if size != theirs.size:
                kind = "another size"
                lines.append(f"{kind}\t{path}\t{size} not {theirs.size}")
            else:
                pixels = np.fromfile(record["pixels"], np.uint8).reshape(size[1], size[0], 4)
                mine = over_white(Image.fromarray(pixels, "RGBA"))
                worst = int(np.abs(mine - over_white(theirs)).max())
                kind = "equal" if worst <= MOST else "other pixels"
                if worst > MOST:
                    lines.append(f"{kind}\t{path}\tby up to {worst}")
        counts[kind] += 1
    print("\n".join(sorted(lines)))
    print("; ".join(f"{kind}: {count}" for kind, count in counts.most_common()))
    return counts


def main():
    program, folder, out = (Path(argument).resolve() for argument in sys.argv[1:4])
    printed = subprocess.run(
        ["node", program, folder, out], check=True, capture_output=True, text=True
    ).stdout
    counts = compare(folder, [json.loads(line) for line in printed.splitlines()])
    sys.exit(1 if counts["another size"] or counts["other pixels"] else 0)


if __name__ == "__main__":
    main()
