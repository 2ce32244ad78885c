"""Draws the figures of docs/cookbook.md: runs the commands of each question, and keeps what the last one drew.

    python3 docs/make/cookbook.py target/release/clonetide [NAME...]

A question's picture is images/cookbook/NAME.png; NAME is also the folder of its results. Names draw only these again.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cookbook.md"
QUESTION = re.compile(r"```sh\n(.*?)\n```\n+!\[[^\]]*\]\((images/cookbook/(\w+)\.png)\)", re.S)
# Pixels across: sharp on a page, and small in the repository.
WIDTH = 1200


def draw(program: pathlib.Path, commands: str, picture: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as desk:
        (pathlib.Path(desk) / "scenarios").symlink_to(ROOT / "scenarios")
        script = f"set -e\nclonetide() {{ '{program}' \"$@\"; }}\n{commands}"
        subprocess.run(["bash", "-c", script], cwd=desk, check=True, stdout=subprocess.DEVNULL)
        figure = re.search(r"--figure (\S+)", commands)[1]
        drawn = pathlib.Path(desk) / name / "figures" / f"{figure}.png"
        shrink(drawn, ROOT / "docs" / picture)


def shrink(drawn: pathlib.Path, kept: pathlib.Path) -> None:
    from PIL import Image

    with Image.open(drawn) as image:
        height = round(image.height * WIDTH / image.width)
        image.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS).save(kept, optimize=True)


def main() -> None:
    program, wanted = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    for commands, picture, name in QUESTION.findall(PAGE.read_text()):
        if not wanted or name in wanted:
            draw(program, commands, picture, name)
            print(picture, (ROOT / "docs" / picture).stat().st_size, flush=True)


main()
