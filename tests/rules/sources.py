"""The project's C++ files, for the rules."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def sources(*folders):
    """Path relative to the project -> text, of every .cpp and .hpp below the folders."""
    found = {}
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp"):
                found[str(path.relative_to(PROJECT))] = path.read_text(encoding="utf-8")
    return found


def complain(findings, what):
    """Raises with all findings, a line each."""
    if findings:
        raise AssertionError(f"{len(findings)} {what}:\n" + "\n".join(findings))
