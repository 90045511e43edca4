"""Keeper: writes down what is open whenever that changes, and opens it again at the next start."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from ...compute.errors import LossvistaError
from ...compute.storage.seal import seal_of
from ...compute.style import Camera, Style
from ...compute.there import is_file, is_there
from ..desk import Desk
from ..document import Document
from ..examples import open_example
from ..language import tr
from ..places import SHAPES, Place
from .bookmark import Bookmark, Leaf, Pane, read, write
from .shelter import Shelter

AFTER_MS = 400  # a change is written so long after it, together with those that followed
OFFERED_S = 20  # the offer to open them is shown so long
TRIED_MS = 3000  # what was reopened and drawn for so long will not end the window any more


class Keeper(QObject):
    """missing: landscapes that were open and are not where they were; they stay until they are located or forgotten.

    Of several windows with the same settings the first keeps; the others neither read nor write."""

    missing_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self.desk, self.session = desk, desk.session
        self.missing: list[Leaf] = []
        self.path = desk.settings.folder / "session.json"
        self._cameras: dict[int, Camera] = {}
        self._seals: dict[int, str] = {}  # document's key → seal of the file as it was read or written
        self.shelter = Shelter(desk.settings.folder / "unsaved", desk.runs)
        self._lock = QLockFile(str(self.path.with_suffix(".lock")))
        self._lock.setStaleLockTime(0)  # it ends with its process, however long that runs
        self._mine = self._trying = False
        self._later = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._later.timeout.connect(self.write)
        self._tried = QTimer(self, singleShot=True, interval=TRIED_MS)
        self._tried.timeout.connect(self._held)

    # --- the start ---

    def begin(self, *, files: bool) -> None:
        """Open what was open, or offer it: where files were asked for, the person does not want it, or it may have ended the
        window. From now on what is open is written down."""
        with suppress(OSError):  # then the lock fails as well, and nothing is kept
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self._mine = self._lock.tryLock(0)
        if not self._mine:
            return
        bookmark, trouble = read(self.path)
        if trouble:
            self.desk.notices.say(trouble, "warning")
        if bookmark.leaves:
            self._welcome(bookmark, wanted=self.desk.settings.values.reopen and not files)
        session = self.session
        for signal in (
            session.opened,
            session.closed,
            session.current_changed,
            session.style_changed,
            session.replaced,
        ):
            signal.connect(self._changed)
        session.values_changed.connect(self._changed)
        for signal in (session.moved, session.placed, session.compared_changed, self.missing_changed):
            signal.connect(self._later.start)
        session.replaced.connect(lambda document: self._seals.pop(document.key, None))
        session.closed.connect(self._forget_document)
        if bookmark.leaves or session.documents:
            self._later.start()

    def _welcome(self, bookmark: Bookmark, *, wanted: bool) -> None:
        notices, many = self.desk.notices, len(bookmark.leaves)
        looks = {document.path: document.meant(document.style) for document in self.session.documents}
        if not wanted and all(_same(leaf.style, looks.get(leaf.path)) for leaf in bookmark.leaves):
            return  # all of it was asked for by name
        what = tr("{many} landscapes", many=many) if many > 1 else f"“{bookmark.leaves[0].name}”"
        again = {tr("Open again"): lambda: self.reopen(bookmark)}
        if bookmark.opening:
            notices.say(
                tr("Lossvista ended while it opened {what}, so it did not try again.", what=what),
                "warning",
                buttons=again,
            )
        elif not wanted:
            were = "were" if many > 1 else "was"
            how = "" if bookmark.ended else tr(" when Lossvista ended unexpectedly")
            notices.say(
                tr(
                    "{what}{what2} {were} open last time{how}.",
                    what=what[0].upper(),
                    what2=what[1:],
                    were=were,
                    how=how,
                ),
                "info",
                buttons=again,
                seconds=OFFERED_S,
            )
        else:
            self.reopen(bookmark)
            if not bookmark.ended:
                notices.say(
                    tr("Lossvista ended unexpectedly last time. What was open is open again, as it looked."), "warning"
                )

    def reopen(self, bookmark: Bookmark) -> None:
        """Open what a bookmark names. What is not there is kept as missing; what has changed is said."""
        self._trying = True
        write(self.path, bookmark.replace(opening=True, ended=False))
        documents, changed = [self._open(leaf) for leaf in bookmark.leaves], []
        for leaf, document in zip(bookmark.leaves, documents, strict=True):
            if document is None and leaf.path:
                self.missing.append(leaf)
            elif document is not None and leaf.changed():
                changed.append(Path(leaf.path).name)
        if self.missing:
            self.missing_changed.emit()
            names = ", ".join(leaf.name for leaf in self.missing)
            self.desk.notices.say(
                tr("Not found where it was: {names}. Locate it in the list of landscapes.", names=names), "warning"
            )
        if changed:
            self.desk.notices.say(
                tr("Changed since it was last open: {changed}.", changed=", ".join(changed)), "warning"
            )
        self._lay_out(bookmark, documents)
        stage = self.desk.stage
        if stage.scene is not None or (stage.opengl is not None and not stage.opengl.there):
            self._tried.start()
        else:
            stage.ready.connect(self._tried.start)
        self._later.start()

    def _lay_out(self, bookmark: Bookmark, documents: list[Document | None]) -> None:
        """Panes as they were, and in front what was in front."""

        def at(place: int) -> Document | None:
            return documents[place] if 0 <= place < len(documents) else None

        self.session.places.link(cameras=bookmark.linked, scale=bookmark.shared)
        if bookmark.shape in SHAPES and len(bookmark.panes) == bookmark.shape[0] * bookmark.shape[1] > 1:
            active = bookmark.active if 0 <= bookmark.active < len(bookmark.panes) else 0
            self.session.places.fill(*bookmark.shape, [(at(pane.leaf), pane.view) for pane in bookmark.panes], active)
        elif (front := at(bookmark.current)) is not None:
            self.session.activate(front)

    def _held(self) -> None:
        self._trying = False
        self.write()

    def _open(self, leaf: Leaf) -> Document | None:
        """The document, in its look; None where there is no file. One that cannot be read is said, and missing too."""
        try:
            if leaf.example:
                return open_example(self.session, leaf.example, leaf.style)
            if leaf.copy_name:
                return self.shelter.open(self.session, leaf.copy_name, leaf.style)
            if not is_file(leaf.path):
                return None
            return self.session.open(leaf.path, leaf.style)
        except LossvistaError as error:
            self.desk.notices.fail(error)
            return None

    # --- missing ones ---

    def locate(self, leaf: Leaf, path: str) -> None:
        """The missing landscape is this file. Raises LossvistaError where it cannot be opened."""
        document = self.session.open(path, leaf.style)
        if seal_of(path) != leaf.seal:
            self.desk.notices.say(
                tr("{name} has another content than “{name2}” had.", name=Path(path).name, name2=leaf.name), "warning"
            )
        self.desk.settings.remember(document.path)
        self.forget(leaf)

    def forget(self, leaf: Leaf) -> None:
        """Look for it no longer."""
        self.missing = [one for one in self.missing if one is not leaf]
        self.missing_changed.emit()

    # --- what is open ---

    def _changed(self, _document: Document | None) -> None:
        self._later.start()

    def _forget_document(self, document: Document) -> None:
        self._cameras.pop(document.key, None)
        self._seals.pop(document.key, None)

    def bookmark(self, *, ended: bool = False) -> Bookmark:
        """What is open now."""
        camera, current = self.desk.stage.camera, self.session.current
        if camera is not None and current is not None:
            self._cameras[current.key] = camera
        kept = [one for one in self.session.documents if _in_a_file(one) or self.shelter.needs(one)]
        leaves = (*(self._leaf(document, ended) for document in kept), *self.missing)
        places = self.session.places
        return Bookmark(
            leaves=leaves,
            current=kept.index(current) if current in kept else -1,
            shape=places.shape,
            panes=tuple(_pane(place, kept) for place in places.all) if len(places.all) > 1 else (),
            active=places.all.index(places.active),
            linked=places.linked,
            shared=places.shared,
            ended=ended,
            opening=self._trying and not ended,
        )

    def _leaf(self, document: Document, ended: bool) -> Leaf:
        style = document.meant(document.style)
        if (camera := self._cameras.get(document.key)) is not None:
            style = style.replace(camera=camera)
        look = style.model_dump(mode="json", exclude_defaults=True)
        if self.shelter.needs(document):
            return Leaf(copy_name=self.shelter.keep(document, ended=ended), look=look)
        if not document.path:
            return Leaf(example=document.example, look=look)
        if document.key not in self._seals:
            self._seals[document.key] = seal_of(document.path)
        return Leaf(path=document.path, seal=self._seals[document.key], look=look)

    def write(self) -> None:
        """Write it down now."""
        self._later.stop()
        if self._mine:
            self._put(self.bookmark())

    def end(self) -> None:
        """The window is closed in good order."""
        self._later.stop()
        self._tried.stop()
        if self._mine:
            self._put(self.bookmark(ended=True))
            self._lock.unlock()
            self._mine = False

    def _put(self, bookmark: Bookmark) -> None:
        write(self.path, bookmark)
        self.shelter.sweep({leaf.copy_name for leaf in bookmark.leaves})


def _pane(place: Place, kept: list[Document]) -> Pane:
    document = place.document
    if document not in kept:
        return Pane()
    return Pane(leaf=kept.index(document), view=place.own.get(document.key))


def _in_a_file(document: Document) -> bool:
    """Not yet, while it is being computed: its run is offered anew by itself. A copy of an example counts as well."""
    if not document.path:
        return bool(document.example)
    return not document.unsaved or is_there(document.path)


def _same(one: Style | None, other: Style | None) -> bool:
    """Whether two looks differ in no more than where they are seen from."""
    return one is not None and other is not None and one.replace(camera=other.camera) == other
