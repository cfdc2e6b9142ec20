"""Which folder may include which: the table of docs/architecture.md, held against the #include lines.

The table's rows are `| folder | may include |`. What stands in brackets behind a name are the only files of the folder
that may use it: `net (its connection.cpp and connection.hpp)`. Every folder may include itself and base, and one that
may include `everything` belongs to the program, which nobody else includes.
"""

import re
from pathlib import PurePosixPath

# May include all of JSON, because only .cpp files include it.
JSON_HEADER = "gateway/json_text.hpp"
# What is JSON through and through: its values are members there.
JSON_FOLDERS = ("backends/matrix/", "backends/webhook/formats/")


def read_table(text):
    """Folder -> {folder it may include: the files that may do so, or None for all}."""
    rows = re.search(r"^\| folder \| may include.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    if not rows:
        raise AssertionError("docs/architecture.md has no table that begins with | folder | may include")
    table = {}
    for line in rows[1].splitlines():
        folder, allowed = (cell.strip() for cell in line.strip("|").split("|"))
        table[folder] = {}
        for name, files in re.findall(r"([\w/]+)(?: *\(([^)]*)\))?", allowed):
            table[folder][name] = re.findall(r"[\w.]+\.[ch]pp", files) if files else None
    return table


def folder_of(path):
    """`core/xmpp/link.hpp` and `xmpp/link.hpp` -> xmpp; `core/main.cpp` and `config.hpp` -> the program, ""."""
    parts = PurePosixPath(path.removeprefix("core/")).parts[:-1]
    return "/".join(parts)


def include_lines(text):
    """(line number, path, whether it stands in quotes)"""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line):
            yield number, match[2], match[1] == '"'


def violations(files, table):
    """`files`: path -> text. Sentences with file and line."""
    for path, text in files.items():
        for number, included, quoted in include_lines(text):
            problem = forbidden_folder(path, included, table) if quoted else forbidden_library(path, included)
            if problem:
                yield f"{path}:{number}: {problem}"


def forbidden_folder(path, included, table):
    own, other = folder_of(path), folder_of(included)
    if own == "" or other in (own, "base"):
        return None
    if own not in table:
        return f"the folder {own} is not in the table of docs/architecture.md"
    if "everything" in table[own]:
        return None
    if included == JSON_HEADER and not path.endswith(".cpp"):
        return f"{included} holds all of nlohmann/json.hpp: only a .cpp may include it"
    if other == "":
        return f"{included} belongs to the program (core/*.cpp), which nobody includes"
    if other not in table[own]:
        return f"{own} may not include {other} ({included})"
    files = table[own][other]
    if files and PurePosixPath(path).name not in files:
        return f"only {' and '.join(files)} of {own} may include {other} ({included})"
    return None


def may_include_json(header):
    return header == f"core/{JSON_HEADER}" or header.startswith(JSON_FOLDERS)


def forbidden_library(path, included):
    name = PurePosixPath(path).name
    if re.match(r"boost/(asio|beast)\b", included):
        if not (path.startswith("core/net/") or name == "connection.cpp" or path == "core/main.cpp"):
            return f"<{included}> stands only in core/net, in files named connection.cpp, and in core/main.cpp"
    if included == "nlohmann/json.hpp" and path.endswith(".hpp") and not may_include_json(path):
        return "a header includes nlohmann/json_fwd.hpp, never json.hpp (2 s a file)"
    return None

