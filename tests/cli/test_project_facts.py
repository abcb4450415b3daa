"""What is seen of a project: tables of small folders, and folders that are made to annoy."""

import json
import os
from pathlib import Path

import pytest

from contracthub.cli.project_facts import MOST_DOCUMENTS, ProjectFacts, Seen, look_at


def project(folder: Path, **files: str) -> ProjectFacts:
    """The facts of a folder with such files; in their names ``__`` stands for ``/`` and ``_dot_`` for a dot."""
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return look_at(folder)


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("pyproject_dot_toml", '[project]\nname = "orders"', "orders"),
        ("pyproject_dot_toml", '[tool.poetry]\nname = "orders"', "orders"),
        ("package_dot_json", '{"name": "@shop/orders"}', "orders"),
        ("package_dot_json", '{"name": "orders"}', "orders"),
        (
            "pom_dot_xml",
            "<project><parent><artifactId>shop</artifactId></parent><artifactId>orders</artifactId></project>",
            "orders",
        ),
        ("settings_dot_gradle", "rootProject.name = 'orders'", "orders"),
        ("settings_dot_gradle_dot_kts", 'rootProject.name = "orders"', "orders"),
        ("go_dot_mod", "module example.org/shop/orders/v2\n\ngo 1.22", "orders"),
        ("go_dot_mod", "module orders\n", "orders"),
        ("Cargo_dot_toml", '[package]\nname = "orders"', "orders"),
        ("composer_dot_json", '{"name": "shop/orders"}', "orders"),
    ],
)
def test_a_build_file_names_the_project(tmp_path: Path, file: str, text: str, name: str) -> None:
    assert project(tmp_path, **{file: text}).name == Seen(name, file.replace("_dot_", "."))


@pytest.mark.parametrize(
    "files", [{}, {"pyproject_dot_toml": "["}, {"package_dot_json": "[1]"}, {"package_dot_json": '{"name": 7}'}]
)
def test_else_the_folder_does(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "orders").mkdir()
    assert project(tmp_path / "orders", **files).name == Seen("orders", "the folder's name")


@pytest.mark.parametrize(
    ("file", "text", "port"),
    [
        ("compose_dot_yaml", 'services:\n  web:\n    ports:\n      - "8081:80"\n', 8081),
        ("docker-compose_dot_yml", "services:\n  web:\n    ports:\n      - 127.0.0.1:9000:80\n", 9000),
        ("_dot_env", "DEBUG=1\nPORT=8123\n", 8123),
        ("_dot_env", "SERVER_PORT='8124'\n", 8124),
        ("Dockerfile", "FROM scratch\nEXPOSE 7000\n", 7000),
        ("src__main__resources__application_dot_properties", "server.port=8085\n", 8085),
        ("src__main__resources__application_dot_yml", "server:\n  port: 8086\n", 8086),
        ("pyproject_dot_toml", '[project]\ndependencies = ["fastapi>=1"]', 8000),
        ("package_dot_json", '{"dependencies": {"express": "5"}}', 3000),
        ("pom_dot_xml", "<artifactId>spring-boot-starter</artifactId>", 8080),
        ("README_dot_md", "EXPOSE 7000", 8080),
        ("_dot_env", "PORT=99999\n", 8080),
    ],
)
def test_where_it_listens_is_guessed(tmp_path: Path, file: str, text: str, port: int) -> None:
    assert project(tmp_path, **{file: text}).base_url.value == f"http://localhost:{port}"


def test_documents_pacts_and_the_state_handler_are_found(tmp_path: Path) -> None:
    facts = project(
        tmp_path,
        pyproject_dot_toml='[project]\nname = "order-service"',
        api__openapi_dot_yaml="openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n",
        api__schema_dot_graphql="type Query { a: Int }",
        data__openapi_dot_json='{"not": "one"}',
        other__letters_dot_json='{"openapi": "3.1.0"}',
        node_modules__x__openapi_dot_yaml="openapi: 3.1.0\n",
        _dot_hidden__openapi_dot_yaml="openapi: 3.1.0\n",
        target__pacts__web_dot_json=json.dumps({"consumer": {"name": "web"}, "provider": {"name": "Order_Service"}}),
        pacts__out_dot_json=json.dumps({"consumer": {"name": "order-service"}, "provider": {"name": "stock"}}),
        pacts__broken_dot_json="{",
        src__states_dot_py='@app.post("/_pact/provider_states")\n',
    )
    assert [each.value for each in facts.documents if each.why in ("openapi", "graphql")] == [
        "api/openapi.yaml",
        "api/schema.graphql",
    ]
    assert facts.first("graphql") == "api/schema.graphql"
    assert facts.first("protobuf") is None
    assert facts.pacts_as_provider == ("target/pacts",)
    assert facts.pacts_as_consumer == ("pacts",)
    assert facts.state_path == Seen("/_pact/provider_states", "src/states.py")


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").symlink_to(tmp_path / "gone.yaml")
    (tmp_path / "package.json").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "api.graphql")
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe" + b"[" * 100_000)
    (tmp_path / "loop").symlink_to(tmp_path)
    facts = look_at(tmp_path)
    assert facts.documents == ()
    assert facts.name.why == "the folder's name"


def test_of_many_documents_the_first_are_enough(tmp_path: Path) -> None:
    for number in range(MOST_DOCUMENTS + 5):
        (tmp_path / f"openapi{number:02}.yaml").write_text("openapi: 3.1.0\npaths: {}\n")
    assert len(look_at(tmp_path).documents) == MOST_DOCUMENTS
