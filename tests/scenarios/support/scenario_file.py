"""Reads scenario files: lines into steps, phrases and repetitions expanded. README.md explains the format."""

import re
from dataclasses import dataclass
from pathlib import Path

from configuration import parse_override
from steps import WrongStep, read_step

DEEPEST = 8


class WrongFile(Exception):
    """A mistake in a scenario file: FILE:LINE and what is wrong."""


@dataclass
class Text:
    """A line of a file with the lines that are indented below it."""
    where: str      # "line 7", "line 7 (phrases.txt, line 30)"
    head: str
    block: list     # (where, line) with their indentation taken off

    def filled(self, values):
        return Text(self.where, put_in(self.head, values), [(where, put_in(line, values)) for where, line in self.block])


@dataclass
class Scenario:
    path: Path
    steps: list
    overrides: list              # (table, key, value)
    own_configuration: str = ""  # the whole file, when the scenario writes it itself
    starts_gateway: bool = True
    other_network: str = ""      # the domain of the second [[network]]
    bridges: str = ""            # [[bridge]] ... at the end of the file


PARAMETER = re.compile(r"(?<!\$)\{(\w+)(?::(\w+))?\}")


def put_in(text, values):
    """{name} -> its value; {names:words} -> the values of a list, separated by spaces."""
    def value(match):
        if match[1] not in values:
            return match[0]
        return " ".join(split_list(values[match[1]])) if match[2] == "words" else values[match[1]]

    return PARAMETER.sub(value, text)


def split_list(text):
    if between := re.fullmatch(r"(\d+)\.\.(\d+)", text.strip()):
        return [str(number) for number in range(int(between[1]), int(between[2]) + 1)]
    return [each.strip() for each in text.split(",") if each.strip()]


def read_texts(lines):
    """(where, line)s -> Texts, without the comments."""
    texts = []
    for where, line in lines:
        if line.startswith("#"):
            continue
        if not line.strip():
            if texts:
                texts[-1].block.append((where, ""))
            continue
        if line[0] in " \t":
            if not texts:
                raise WrongFile(f"{where}: nothing stands above this indented line")
            texts[-1].block.append((where, line))
        else:
            texts.append(Text(where, line.rstrip(), []))
    for text in texts:
        while text.block and not text.block[-1][1]:
            text.block.pop()
        text.block = unindented(text.block)
    return texts


def unindented(block):
    margin = min((len(line) - len(line.lstrip(" ")) for _, line in block if line), default=0)
    return [(where, line[margin:].rstrip()) for where, line in block]


def read_file(path):
    return [(f"line {number}", line) for number, line in enumerate(path.read_text().split("\n"), 1)]


class Phrases:
    """The phrases of phrases.txt: a head with {parameters}, and the steps that it stands for."""

    def __init__(self, path):
        self.rows = []      # (regular expression, Text)
        self.habits = []    # Texts that every scenario begins with
        for text in read_texts(read_file(path)):
            text.block = [(f"{path.name}, {where}", line) for where, line in text.block]
            if text.head.startswith("phrase "):
                self.rows.append((expression_of(text.head.removeprefix("phrase ").strip()), text))
            else:
                text.where = f"{path.name}, {text.where}"
                self.habits.append(text)

    def find(self, head):
        for expression, text in self.rows:
            if found := expression.fullmatch(head):
                return text, found.groupdict()
        return None, None


def expression_of(head):
    """`{who} is in {room} with {others...}`; a parameter is one word, with dots the rest of the line."""
    expression, position = "", 0
    for parameter in re.finditer(r"\{(\w+)(\.\.\.)?\}", head):
        expression += re.escape(head[position:parameter.start()])
        expression += f"(?P<{parameter[1]}>{'.+' if parameter[2] else '[^ ,()]+'})"
        position = parameter.end()
    return re.compile(re.sub(r"(\\ )+", " +", expression + re.escape(head[position:])))


def expand(texts, phrases, depth=0):
    """Texts -> steps."""
    if depth > DEEPEST:
        raise WrongFile(f"{texts[0].where}: these phrases use one another without end")
    steps = []
    for text in texts:
        phrase, values = phrases.find(text.head)
        if phrase is not None:
            if text.block:
                raise WrongFile(f"{text.where}: a phrase takes no block")
            inner = [(f"{text.where} ({where})", put_in(line, values)) for where, line in phrase.block]
            steps += expand(read_texts(inner), phrases, depth + 1)
        elif loop := re.fullmatch(r"each (\w+) in (.+)", text.head):
            for value in split_list(loop[2]):
                inner = [(where, put_in(line, {loop[1]: value})) for where, line in text.block]
                steps += expand(read_texts(inner), phrases, depth + 1)
        else:
            try:
                steps.append(read_step(text))
            except WrongStep as wrong:
                raise WrongFile(f"{text.where}: {wrong}") from wrong
    return steps


def read_scenario(path, phrases):
    lines = read_file(path)
    check_title(path, lines[0][1])
    scenario = Scenario(path, expand(phrases.habits, phrases), [])
    texts = read_texts(lines)
    while texts and (header := re.match(r"(config(?: file)?|other network|gateway|bridge):", texts[0].head)):
        text = texts.pop(0)
        value = text.head[header.end():].strip()
        if header[1] == "gateway" and value == "not started":
            scenario.starts_gateway = False
        elif header[1] == "other network" and value:
            scenario.other_network = value
        elif header[1] == "bridge" and not value:
            scenario.bridges = "\n".join(line for _, line in text.block) + "\n"
        elif header[1] == "config file" and not value:
            scenario.own_configuration = "\n".join(line for _, line in text.block) + "\n"
        elif header[1] == "config" and (override := parse_override(value)):
            scenario.overrides.append(override)
        else:
            raise WrongFile(f"{text.where}: no such header: {text.head}")
    scenario.steps += expand(texts, phrases)
    return scenario


def check_title(path, line):
    """The first line says where the file is and which document it is about."""
    project_path = "/".join(path.parts[path.parts.index("tests"):])
    if not re.fullmatch(rf"# {re.escape(project_path)}  +\S.*", line):
        raise WrongFile(f"line 1: it must be `# {project_path}`, two spaces, and the section that it is about")
