"""The page about settings lists them all, as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from rung.settings import Settings, unknown_settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `RUNG_([A-Z_]+)` \| (.*?) \| (.*) \|$", re.MULTILINE)


def shown(default: object) -> str:
    return "unset" if default in (None, "") else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_the_page_lists_every_setting_with_its_default_and_words() -> None:
    rows = {name.lower(): (default, words) for name, default, words in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    stated = {name: (shown(field.default), field.description) for name, field in Settings.model_fields.items()}
    assert rows == stated


def test_settings_come_from_the_environment_and_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_MAX_BATCH", "7")
    settings = Settings(port=9)
    assert (settings.max_batch, settings.port, Settings(max_batch=8).max_batch) == (7, 9, 8)
    with pytest.raises(ValidationError):
        settings.max_batch = 8


@pytest.mark.parametrize(
    ("name", "value"), [("max_batch", "0"), ("port", "70000"), ("rate", "-1"), ("log_level", "loud"), ("threads", "x")]
)
def test_a_setting_out_of_its_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"RUNG_{name.upper()}", value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_a_misspelt_setting_is_named_with_the_one_that_is_most_like_it() -> None:
    assert unknown_settings(["RUNG_MAX_BATCH", "RUNG_KERNEL", "PATH"]) == []
    assert unknown_settings(["RUNG_MAX_BACH"]) == ["There is no setting RUNG_MAX_BACH. Did you mean 'RUNG_MAX_BATCH'?"]
    assert unknown_settings(["RUNG_ZZZZZZ"]) == ["There is no setting RUNG_ZZZZZZ. docs/settings.md lists them."]
