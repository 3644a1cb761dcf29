"""deploy/cloud: what is written there holds together, and every query of a dashboard runs on the real schema."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from edge.config.gateway import UplinkConfig
from edge.ingest.database import Database
from edge.ingest.store import Store
from edge.outbox.outbox import Outbox
from edge.sim.broker import Broker, free_port, mosquitto_path
from edge.sim.postgres import Postgres
from tests.authority import Authority, authority
from tests.deploy.test_broker_acl import named
from tests.ingest.conftest import empty, postgres
from tests.ingest.test_store import a_day, rows
from tests.ingest.test_worker import settings, working
from tests.media import REPO
from tests.uplink.test_uplink import CROSSED, DOOR, STAMP, eventually, running

__all__ = ["postgres"]

CLOUD = REPO / "deploy" / "cloud"
DASHBOARDS = sorted((CLOUD / "grafana" / "dashboards").glob("*.json"))
# What Grafana puts in place of its macros (Grafana's manual, PostgreSQL data source, macros).
MACROS = (
    (re.compile(r"\$__timeFilter\(([a-z_]+)\)"), r"\1 BETWEEN '2020-01-01T00:00:00Z' AND '2040-01-01T00:00:00Z'"),
    (re.compile(r"\$__timeFrom\(\)"), "'2020-01-01T00:00:00Z'"),
    (re.compile(r"\$__timeTo\(\)"), "'2040-01-01T00:00:00Z'"),
    (re.compile(r"\$\{store:sqlstring\}"), "'sh-1'"),
)


def queries() -> Iterator[Any]:
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text("utf-8"))["panels"]:
            for target in panel["targets"]:
                yield pytest.param(target["rawSql"], id=f"{file.stem}: {panel['title']}")


@pytest.fixture(scope="module")
def shops(postgres: Postgres) -> Iterator[Database]:
    """A database with something of everything in it."""
    empty(postgres)
    with Database(postgres.url) as database:
        Store(database).write(a_day())
        yield database


@pytest.mark.parametrize("query", list(queries()))
def test_every_query_of_a_dashboard_runs(query: str, shops: Database) -> None:
    for macro, text in MACROS:
        query = macro.sub(text, query)
    assert "$" not in query
    rows(shops, query)


def test_the_dashboards_show_what_came(shops: Database) -> None:
    assert rows(shops, "SELECT sum(came_in) FROM footfall_15min")[0][0] == sum(range(10)) + sum(range(8))


def test_dashboards_have_names_of_their_own_and_the_provisioned_source() -> None:
    boards = [json.loads(file.read_text("utf-8")) for file in DASHBOARDS]
    assert [file.stem for file in DASHBOARDS] == ["checkout", "fleet", "stock", "traffic"]
    assert len({board["uid"] for board in boards}) == len(boards)
    (source,) = loaded("grafana/provisioning/datasources/store-edge.yaml")["datasources"]
    for board in boards:
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
        assert {panel["datasource"]["uid"] for panel in board["panels"]} == {source["uid"]}


def loaded(name: str) -> Any:  # noqa: ANN401 - whatever stands in the file
    return yaml.safe_load((CLOUD / name).read_text("utf-8"))


def test_the_workers_of_the_compose_file_are_what_the_command_line_takes() -> None:
    services = loaded("compose.yaml")["services"]
    workers = {name: service for name, service in services.items() if name.startswith("ingest")}
    names = [next(one for one in service["command"] if one.startswith("--worker=")) for service in workers.values()]
    assert len(set(names)) == len(workers) == 2
    done = subprocess.run(
        [sys.executable, "-m", "edge", "ingest", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPO,
        env={"COLUMNS": "200", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPO)},
    )
    for service in workers.values():
        assert all(one.partition("=")[0] in done.stdout for one in service["command"])


def test_what_the_compose_file_mounts_is_there_and_no_secret_is() -> None:
    compose = loaded("compose.yaml")
    made = {"./certs"} | {one["file"] for one in compose["secrets"].values()}
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in made or source in compose["volumes"] or (CLOUD / source).exists(), source
        for secret in service.get("secrets", []):
            assert secret in compose["secrets"]
    assert not (CLOUD / "secrets").exists()
    example = (CLOUD / "env.example").read_text("utf-8")
    assert not re.search("PASSWORD|SECRET|TOKEN", example)
    for name in re.findall(r"\$\{([A-Z_]+):-", (CLOUD / "compose.yaml").read_text("utf-8")):
        assert f"{name}=" in example


def test_the_image_installs_what_a_worker_imports() -> None:
    code = "import edge.cli, edge.verbs, edge.ingest.run, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    packages = packages_distributions()
    found = {name.lower() for module in done.stdout.split() for name in packages.get(module, [])}
    wanted = {re.split(r"[\[>]", line)[0].lower() for line in requirements()}
    project = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]
    named = {re.split(r"[\[>]", one)[0].lower() for one in project["dependencies"]}
    assert found & named <= wanted
    assert set(requirements()) <= {*project["dependencies"], *project["optional-dependencies"]["ingest"]}


def requirements() -> list[str]:
    lines = (CLOUD / "requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not on this machine")
def test_the_script_is_sound() -> None:
    subprocess.run(["shellcheck", CLOUD / "postgres" / "10-reader.sh"], check=True)


@pytest.mark.skipif(
    mosquitto_path() is None or shutil.which("mosquitto_passwd") is None, reason="mosquitto is not on this machine"
)
@pytest.mark.parametrize("by", ["password", "certificate"])
def test_a_gateway_and_a_worker_meet_at_the_broker(tmp_path: Path, by: str) -> None:
    """The configuration as it lies there, with other paths and ports; the worker from inside, or over TLS."""
    ca, url, secret = authority(tmp_path), f"sqlite:///{tmp_path}/ingest.db", tmp_path / "mqtt_password"
    secret.write_text("geheim\n", "utf-8")
    with (
        broker(tmp_path, ca) as (tls, plain),
        Database(url) as database,
        Outbox(tmp_path / "outbox.db", quota_bytes=2**30) as outbox,
    ):
        cert, key = named(ca, "gateway", "acme/sh-1/gw-1")
        uplink = UplinkConfig(
            url=f"mqtts://localhost:{tls}", ca_file=str(ca.cert), cert_file=str(cert), key_file=str(key)
        )
        way = UplinkConfig(url=plain.url, username="ingest", password_file=str(secret))
        if by == "certificate":
            pair = map(str, named(ca, "worker", "ingest"))
            way = UplinkConfig(url=uplink.url, ca_file=str(ca.cert), cert_file=next(pair), key_file=next(pair))
        outbox.append(DOOR, CROSSED, STAMP)
        with working(msgspec.structs.replace(settings(plain, url), broker=way)), running(outbox, uplink):
            eventually(lambda: outbox.depth().rows == 0)
            eventually(lambda: rows(database, "SELECT store, source FROM event_true") == [("sh-1", "door")])


@contextmanager
def broker(folder: Path, ca: Authority) -> Iterator[tuple[int, Broker]]:
    """The cloud's broker: its port for gateways, and itself as the ingest sees it."""
    named(ca, "broker", "localhost")
    passwords, acl, data = folder / "mqtt_passwords", folder / "acl", folder / "data"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "ingest", "geheim"], check=True)
    acl.write_bytes((CLOUD.parent / "broker" / "acl").read_bytes())
    for file in (passwords, acl):
        file.chmod(0o600)
    data.mkdir()
    tls, plain = free_port(), free_port()
    text = (CLOUD / "mosquitto.conf").read_text("utf-8")
    for was, now in (
        ("listener 8883", f"listener {tls} 127.0.0.1"),
        ("listener 1883", f"listener {plain} 127.0.0.1"),
        ("/mosquitto/certs", str(folder)),
        ("/mosquitto/data", str(data)),
        ("/mosquitto/config/acl", str(acl)),
        ("/run/secrets/mqtt_passwords", str(passwords)),
    ):
        assert was in text
        text = text.replace(was, now)
    conf, path = folder / "mosquitto.conf", mosquitto_path()
    conf.write_text(text + ("user root\n" if os.getuid() == 0 else ""), "utf-8")
    assert path is not None
    one = Broker("mosquitto", "127.0.0.1", plain, [path, "-c", str(conf)], folder / "broker.log")
    one.start()
    try:
        yield tls, one
    finally:
        one.kill()
