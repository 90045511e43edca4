"""Settings: only overrides are kept, written whole; what is damaged is set aside."""

from __future__ import annotations

import json

from lossvista.app.settings import KEPT_RECENT, Settings
from lossvista.compute.style import Style


def test_only_what_differs_is_written(qapp, tmp_path):
    settings = Settings(tmp_path)
    settings.update(theme="dark")
    assert json.loads(settings.path.read_text()) == {"theme": "dark"}
    assert Settings(tmp_path).values == settings.values
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".tmp"] == []


def test_damaged_settings_are_set_aside(qapp, tmp_path):
    for content in (b"{", b"[1]", b"\xff\xfe", b"null"):
        (tmp_path / "settings.json").write_bytes(content)
        settings = Settings(tmp_path)
        assert settings.values.theme == "system" and len(settings.problems) == 1
        assert (tmp_path / "settings.bad").read_bytes() == content
        assert not settings.path.exists()


def test_one_bad_value_costs_only_itself(qapp, tmp_path):
    (tmp_path / "settings.json").write_text('{"theme": "pink", "folder": "/data", "no such": 1}')
    settings = Settings(tmp_path)
    assert settings.values.folder == "/data" and settings.values.theme == "system"
    assert len(settings.problems) == 2


def test_recent_files_are_few_and_the_latest_first(qapp, tmp_path):
    settings = Settings(tmp_path)
    for k in range(KEPT_RECENT + 3):
        settings.remember(str(tmp_path / f"{k}.h5"))
    settings.remember(str(tmp_path / "5.h5"))
    recent = settings.values.recent
    assert len(recent) == KEPT_RECENT and recent[0].endswith("5.h5") and len(set(recent)) == len(recent)


def test_a_look_is_remembered_without_what_belongs_to_one_landscape(qapp, tmp_path):
    settings = Settings(tmp_path)
    style = Style(view="lines", theme="dark").relieved(clip=2.0, low=0.1, field="x", scale="linear")
    settings.remember_style(style)
    again = Settings(tmp_path).style
    assert again == Style(view="lines", theme="dark").relieved(scale="linear")


def test_a_folder_that_cannot_be_written_costs_only_the_memory(qapp, tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "below")
    settings.update(theme="dark")
    assert settings.values.theme == "dark"
