#!/usr/bin/python3
"""The rules of config/alerts.yml, evaluated by Prometheus itself on the series that the gateway has."""

import json
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from workplace import GATEWAY_DOMAIN, PROJECT, Workplace, need, run_suite, wait_until    # first: it knows the way

import exposition
from server import Server, free_ports

RULES = PROJECT / "config/alerts.yml"
DASHBOARD = PROJECT / "config/grafana.json"
# What the gateway of these tests, which finds no XMPP server and no IRC, is without.
WELL = {"dragoman_component_up": 1, "dragoman_bridge_leg_up": 1}
OF = {"network": GATEWAY_DOMAIN}

# Alarm, what is then, minutes from its beginning after which it has to be, and the labels that say where.
ALARMS = [
    ("DragomanComponentDown", {("dragoman_component_up", ()): 0}, "1m", OF),
    ("DragomanMessagesWait", {("dragoman_queue_oldest_seconds", ()): 121}, "1m", {**OF, "queue": "to_network"}),
    ("DragomanNetworkDown", {("dragoman_sessions", (("state", "lost"),)): 2}, "6m", {**OF, "backend": "irc"}),
    ("DragomanMessagesHeld", {("dragoman_messages", (("state", "held"),)): 1}, "1m", {"state": "held"}),
    ("DragomanBridgeRoomDown", {("dragoman_bridge_leg_up", (("leg", "1"),)): 0}, "6m",
     {**OF, "bridge": "dev", "leg": "1"}),
    ("DragomanBridgeMessagesWait", {("dragoman_bridge_queue_oldest_seconds", (("leg", "2"),)): 121}, "1m",
     {"bridge": "dev", "leg": "2"}),
    ("DragomanDiskFull", {("dragoman_store_writable", ()): 0}, "1m", {}),
    ("DragomanConfigurationRefused", {("dragoman_config_last_reload_successful", ()): 0}, "1m", {}),
]
SILENT = "DragomanBridgeSilent"    # looks back over a week: a test of its own
BRIDGE = """
[[bridge]]
name = "dev"
  [[bridge.leg]]
  room = "#dev@{domain}"
  [[bridge.leg]]
  room = "#tea@{domain}"
"""
SEVERITIES = dict(re.findall(r"alert: (\w+)\n(?:.*\n)+?        labels: \{severity: (\w+)\}", RULES.read_text()))


def listening(place):
    port, = free_ports(1)
    place.write_configuration()
    with place.configuration.open("a") as file:
        file.write(f'\n[admin]\nlisten = "127.0.0.1:{port}"\n' + BRIDGE.format(domain=GATEWAY_DOMAIN))
    place.gateway()
    return port


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def samples(place):
    return exposition.read(fetch(f"http://127.0.0.1:{listening(place)}/metrics"))


def promtool(folder, *words):
    done = subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True, timeout=120, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def series(found, changed):
    """A sample each 15 seconds, for ten minutes; `changed`: (name, some of the labels) -> value."""
    lines, met = [], set()
    for (name, labels), value in sorted(found.items(), key=str):
        value = WELL.get(name, value)
        for (other, wanted), number in changed.items():
            if name == other and set(wanted) <= labels:
                value = number
                met.add((other, wanted))
        text = ",".join(f'{label}="{held}"' for label, held in sorted(labels))
        lines.append({"series": f"{name}{{{text}}}", "values": f"{value}x40"})
    assert met == set(changed), f"the gateway has no such series: {set(changed) - met}"
    return lines


def expectation(alarm, at, labels):
    expected = [] if labels is None else [{"exp_labels": {"severity": SEVERITIES[alarm], **labels}}]
    return {"eval_time": at, "alertname": alarm, "exp_alerts": expected}


def the_rules_are_valid(_):
    need("promtool")
    assert f"{len(ALARMS) + 1} rules found" in promtool(PROJECT, "check", "rules", RULES)
    assert set(SEVERITIES) == {SILENT, *(alarm for alarm, *_ in ALARMS)}


def they_ask_for_what_there_is(binary):
    with Workplace(binary) as place:
        there = {name for name, _ in samples(place)}
    expressions = re.findall(r"expr: (?:>\n((?:          .*\n)+)|(.*))", RULES.read_text())
    asked = set(re.findall(r"\bdragoman_\w+", " ".join(a + b for a, b in expressions)))
    assert len(asked) >= len(ALARMS), asked
    assert asked <= there, f"not in /metrics: {asked - there}"
    targets = [target for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel["targets"]]
    shown = set(re.findall(r"\bdragoman_\w+", " ".join(target["expr"] for target in targets)))
    assert len(shown) >= len(targets) - 1 and shown <= there, f"on the dashboard, not in /metrics: {shown - there}"


def each_fires_when_it_should_and_only_then(binary):
    need("promtool")
    with Workplace(binary) as place:
        found = samples(place)
        # An annotation is the operator's; what promtool compares are those too, so that they are left out of the copy.
        rules = re.sub(r"^        annotations:\n(?:          .*\n)+", "", RULES.read_text(), flags=re.MULTILINE)
        (place.folder / "rules.yml").write_text(rules)
        tests = [{"interval": "15s", "input_series": series(found, {}),
                  "alert_rule_test": [expectation(alarm, "10m", None) for alarm, *_ in ALARMS]}]
        for alarm, changed, at, labels in ALARMS:
            tests.append({"interval": "15s", "input_series": series(found, changed), "alert_rule_test": [
                expectation(other, at, labels if other == alarm else None) for other, *_ in ALARMS]})
        # Not before their time; and somebody who is connected shows that the network is there.
        tests.append({"interval": "15s", "input_series": series(found, ALARMS[0][1]), "alert_rule_test": [
            expectation("DragomanComponentDown", "15s", None)]})
        tests.append({"interval": "15s", "input_series": series(found, ALARMS[2][1]), "alert_rule_test": [
            expectation("DragomanNetworkDown", "4m", None)]})
        some = {**ALARMS[2][1], ("dragoman_sessions", (("state", "ready"),)): 1}
        tests.append({"interval": "15s", "input_series": series(found, some), "alert_rule_test": [
            expectation("DragomanNetworkDown", "10m", None)]})
        # JSON is YAML.
        document = {"rule_files": ["rules.yml"], "evaluation_interval": "15s", "tests": tests}
        (place.folder / "tests.yml").write_text(json.dumps(document))
        promtool(place.folder, "test", "rules", "tests.yml")


def a_silent_bridge_is_told_by_what_is_usual(_):
    """Somebody speaks every half an hour for a day, then nobody does."""
    need("promtool")
    spoken = {"series": 'dragoman_bridge_last_heard_timestamp_seconds{bridge="dev",leg="1"}',
              # A sample each 10 minutes: three with the same time, then half an hour later.
              "values": " ".join([str(1800 * (step // 3) + 1) for step in range(144)] + [f"{1800 * 47 + 1}x60"])}
    never = {"series": 'dragoman_bridge_last_heard_timestamp_seconds{bridge="new",leg="1"}', "values": "0x204"}

    def expected(at, fires):
        alerts = [{"exp_labels": {"severity": SEVERITIES[SILENT], "bridge": "dev"}}] if fires else []
        return {"eval_time": at, "alertname": SILENT, "exp_alerts": alerts}

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rules = re.sub(r"^        annotations:\n(?:          .*\n)+", "", RULES.read_text(), flags=re.MULTILINE)
        (folder / "rules.yml").write_text(rules)
        (folder / "tests.yml").write_text(json.dumps({
            "rule_files": ["rules.yml"], "evaluation_interval": "10m",
            "tests": [{"interval": "10m", "input_series": [spoken, never], "alert_rule_test": [
                expected("12h", False), expected("24h", False), expected("26h", True)]}]}))
        promtool(folder, "test", "rules", "tests.yml")


def prometheus_reads_the_gateway(binary):
    need("prometheus")
    with Workplace(binary) as place:
        gateway, (port,) = listening(place), free_ports(1)
        (place.folder / "prometheus.yml").write_text(
            f'{{"global": {{"scrape_interval": "1s", "evaluation_interval": "1s"}}, "rule_files": ["{RULES}"], '
            '"scrape_configs": [{"job_name": "dragoman", "static_configs": [{"targets": ["127.0.0.1:'
            f'{gateway}"]}}]}}]}}')
        server = Server("prometheus", [
            "prometheus", f"--config.file={place.folder / 'prometheus.yml'}", f"--storage.tsdb.path={place.folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}"], place.folder, [port])
        place.stack.servers.append(server)
        server.start()

        def is_ready():
            try:
                return bool(fetch(f"http://127.0.0.1:{port}/-/ready"))
            except urllib.error.HTTPError:    # 503 while it reads its storage, with the port already open
                return False

        assert wait_until(is_ready, 30), server.last_words()

        def told(what):
            return json.loads(fetch(f"http://127.0.0.1:{port}/api/v1/{what}"))["data"]

        def alarms():
            return {alarm["labels"]["alertname"]: alarm for alarm in told("alerts")["alerts"]}

        assert wait_until(lambda: "DragomanComponentDown" in alarms(), 30), f"{told('targets')}\n{server.last_words()}"
        assert told("targets")["activeTargets"][0]["health"] == "up"
        # There is no XMPP server in this place and no IRC, and nothing else is wrong. (They are pending for a while.)
        assert set(alarms()) == {"DragomanComponentDown", "DragomanBridgeRoomDown"}, alarms()
        alarm = alarms()["DragomanComponentDown"]
        assert alarm["annotations"]["summary"] == f"{GATEWAY_DOMAIN} is not connected to the XMPP server"


if __name__ == "__main__":
    run_suite("operator/alerts", [the_rules_are_valid, they_ask_for_what_there_is,
                                  each_fires_when_it_should_and_only_then,
                                  a_silent_bridge_is_told_by_what_is_usual, prometheus_reads_the_gateway])
