"""The deployment page and its files name ports, paths and settings that the service and the image have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from rung.settings import unknown_settings
from tests.docs.pages import blocks

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "deploy.md"
FOLDER = ROOT / "docs" / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def manifests():
    text = next(block.text for block in blocks(PAGE) if block.kind == "yaml")
    return {manifest["kind"]: manifest for manifest in yaml.safe_load_all(text)}


@pytest.fixture(scope="module")
def container(manifests):
    (found,) = manifests["Deployment"]["spec"]["template"]["spec"]["containers"]
    return found


def test_probes_ask_routes_of_the_service(container):
    from rung.api.app import create_app
    from rung.normaliser import Normaliser
    from rung.settings import Settings

    routes = {getattr(route, "path", "") for route in create_app(Normaliser.load(), Settings()).routes}
    for probe in ("readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] in routes


def test_ports_are_those_of_the_image(manifests, container):
    (exposed,) = re.findall(r"^EXPOSE (\d+)", DOCKERFILE, re.MULTILINE)
    assert container["ports"] == [{"containerPort": int(exposed)}]
    assert manifests["Service"]["spec"]["ports"][0]["targetPort"] == int(exposed)


def test_the_user_and_the_keys_are_those_of_the_image(manifests, container):
    (user,) = re.findall(r"^USER (\d+)", DOCKERFILE, re.MULTILINE)
    assert container["securityContext"]["runAsUser"] == int(user)
    (keys,) = re.findall(r"RUNG_API_KEYS_FILE=(\S+)", DOCKERFILE)
    assert container["volumeMounts"][0]["mountPath"] == str(Path(keys).parent)


def test_labels_select_the_pods(manifests):
    deployment = manifests["Deployment"]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    assert deployment["selector"]["matchLabels"] == labels
    assert manifests["Service"]["spec"]["selector"] == labels


def test_compose_mounts_the_keys_where_the_image_reads_them():
    compose = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    (keys,) = re.findall(r"RUNG_API_KEYS_FILE=(\S+)", DOCKERFILE)
    assert compose["services"]["rung"]["volumes"] == [f"./{Path(keys).parent.name}:{Path(keys).parent}:ro"]


@pytest.mark.parametrize("path", [PAGE, ROOT / "Dockerfile", *sorted(FOLDER.iterdir())], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    named = set(re.findall(r"\bRUNG_[A-Z_]+\b", path.read_text(encoding="utf-8"))) - {"RUNG_NAME"}
    assert unknown_settings(named) == []
