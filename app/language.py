"""Language: the window's texts, in English as they are written or in another language where there is a translation of them.

A text is translated where it is made, tables at import too: `speak` therefore comes before the rest of the window is imported, and
another language takes effect at the next start. Texts of `compute` (labels and help of choices) are translated where they are shown.
Messages of `compute` stay English: they are also the command line's."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

CONTEXT = "lossvista"
FOLDER = Path(__file__).parents[1] / "resources" / "locale"
VARIABLE = "LOSSVISTA_LOCALE"  # a folder of more translations: for those who write one

_ours = QTranslator()
_qts = QTranslator()


def tr(text: str, **values: object) -> str:
    """The text in the language that is spoken; as it is where there is no translation of it. values: what stands for its {names}; a
    translation that asks for others is left out."""
    said = _ours.translate(CONTEXT, text) or text
    if not values:
        return said
    try:
        return said.format(**values)
    except (KeyError, IndexError, ValueError):
        return text.format(**values)


def languages() -> dict[str, str]:
    """The languages that can be spoken: code (as in "pt_BR") and name in the language itself; English first."""
    codes = sorted(
        file.stem.removeprefix("lossvista_") for folder in _folders() for file in folder.glob("lossvista_*.qm")
    )
    return {"en": "English", **{code: QLocale(code).nativeLanguageName().capitalize() or code for code in codes}}


def speak(code: str) -> str:
    """Speak a language from now on; "system": the desktop's. Where there is no translation, English. Returns the code of what is spoken."""
    known = languages()
    wanted = QLocale.system().name() if code == "system" else code
    chosen = next((one for one in (wanted, wanted.partition("_")[0]) if one in known), "en")
    if chosen != "en":
        for folder in _folders():
            if _ours.load(f"lossvista_{chosen}.qm", str(folder)):
                break
        _qts.load(f"qtbase_{chosen}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    else:
        _ours.load("")
        _qts.load("")
    QLocale.setDefault(QLocale(QLocale.Language.English if chosen == "en" else QLocale(chosen).language()))
    return chosen


def install(app: QCoreApplication) -> None:
    """Let Qt's own texts (buttons of its dialogs) follow."""
    if not _qts.isEmpty():
        app.installTranslator(_qts)


def _folders() -> list[Path]:
    more = os.environ.get(VARIABLE)
    return [folder for folder in ([Path(more)] if more else []) + [FOLDER] if folder.is_dir()]
