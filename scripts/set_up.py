"""Makes the .venv that the Makefile uses: what requirements.lock pins, checked by hash, then this package itself.

`python scripts/set_up.py .venv` uses nothing beyond the standard library. The stamp `.ready` is written last,
so a set-up that was cut short starts over the next time.
"""

import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"


def main(folder: Path) -> None:
    """Set up `folder`; exit with a message where that fails."""
    started, stamp = time.monotonic(), folder / ".ready"
    whole = stamp.exists()
    stamp.unlink(missing_ok=True)
    if not whole:
        make_venv(folder)
    packages = sum("==" in line for line in LOCK.read_text().splitlines())
    say(f"setting up {folder.name}: about {packages} packages, once; a minute or a few, by the network")
    install(folder, "--require-hashes", "-r", str(LOCK), packages=packages)
    install(folder, "--no-deps", "--no-build-isolation", "-e", str(ROOT), packages=1)
    stamp.touch()
    say(f"set up in {time.monotonic() - started:.0f} s")


def make_venv(folder: Path) -> None:
    """An empty environment, in place of whatever an earlier set-up left."""
    try:
        venv.create(folder, clear=True, symlinks=sys.platform != "win32", with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        sys.exit(
            f"no environment could be made in {folder}: {error}\n"
            "  expected: a Python that comes with venv and pip\n"
            f"  next: on Debian and Ubuntu, install {package}; then run make again."
        )


def install(folder: Path, *wanted: str, packages: int) -> None:
    """Run pip, showing how far it is; on failure print what it said."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", *wanted]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        said = list(progress(pip.stdout, packages))
    if pip.returncode:
        sys.exit("".join(said[-25:]) + "\npip failed, see above. Once that is mended, run make again.")


def progress(lines: Iterable[str], packages: int) -> Iterator[str]:
    """The lines themselves, while saying how many packages are there."""
    fetched = 0
    for line in lines:
        if line.startswith("Collecting "):
            fetched += 1
            show(f"  fetching {fetched} of {packages}: {line.split()[1].split('==')[0]}", milestone=fetched % 20 == 0)
        elif line.startswith("Installing collected packages") and packages > 1:
            say("  unpacking, half a minute or so")
        yield line


def say(words: str) -> None:
    """One line that stays."""
    print(f"\r\033[K{words}" if sys.stdout.isatty() else words, flush=True)


def show(words: str, *, milestone: bool) -> None:
    """One line that the next one writes over; where there is no terminal only milestones are said."""
    if sys.stdout.isatty():
        print(f"\r\033[K{words}", end="", flush=True)
    elif milestone:
        say(words)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve())
    except KeyboardInterrupt:
        sys.exit("\ninterrupted: the set-up is not finished; run make again and it starts over")
