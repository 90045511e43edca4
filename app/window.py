"""Window: lays the desk, hangs the panels around the stage, and lets them hear of each other through the session."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QToolBar,
)

from . import docking, menus, presenter, theme, tour, trainings, verbs, wiring
from .actions import BAR, MENUS
from .busy import Busy
from .carry_out import CarryOut, Parcels
from .context import PointMenu
from .desk import Desk
from .dock import Dock
from .example_menu import ExampleMenu
from .job import Job
from .language import tr
from .language_menu import LanguageMenu
from .lessons.player import Player
from .notices import Notice, Notices
from .offers import Offers
from .opengl import OpenGL
from .picture import Pictures
from .places import Place
from .playing.playback import Playback
from .pointing.balls import Balls
from .pointing.points import Points
from .presets.menu import PresetMenu
from .probing.hands import Hands
from .probing.probe import Probe
from .recent_menu import RecentMenu
from .reopening.keeper import Keeper
from .reopening.missing import Missing
from .runs import Runs
from .session import Session
from .settings import Settings
from .shelf import Shelf
from .stage import Stage
from .studies import Studies
from .training.follows import Follows
from .training.growth import Growth
from .viewing.menu import ViewMenu
from .wizard.draft import dropped

SIZE = QSize(1480, 920)


class Window(QMainWindow):
    """The main window. `begin` is called once OpenGL has been looked for; after `closeEvent` nothing runs any more."""

    def __init__(self, settings: Settings, opengl: OpenGL | None = None) -> None:
        super().__init__(windowTitle="Lossvista", windowIcon=theme.icon("lossvista"))
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        if opengl is not None and opengl.there:  # so that the window is not made anew when the 3-D view comes
            QOpenGLWidget(self).setGeometry(0, 0, 1, 1)
        session = Session(self)
        runs = Runs(session, settings, self)
        points = Points(session, runs, self)
        session.default_style = settings.style.replace(theme="dark" if theme.dark() else "light")
        self.docks: dict[str, Dock] = {}
        self.desk = desk = Desk(
            window=self,
            settings=settings,
            session=session,
            runs=runs,
            follows=Follows(settings, self),
            points=points,
            balls=Balls(session, points, self),
            studies=Studies(session, points, self),
            notices=Notices(self),
            docks=self.docks,  # type: ignore[arg-type]
            pictures=Pictures(self),
            shelf=Shelf(settings.folder / "looks", self),
            probe=Probe(session, self),
            playback=Playback(session, self),
            dressed=self._dressed,
        )
        self.growth = Growth(session, desk.follows, desk.runs, points, self)
        self.actions_made = made = menus.make(self, desk)
        self.stage = desk.stage = Stage(session, [made[k] for k in ("file.open", "file.new", "file.demo")], desk.open)
        self.setCentralWidget(self.stage)
        desk.notices.over(self.stage)
        hands = Hands(self.stage.panes, desk.probe, desk.playback)
        self.stage.comparison_made.connect(hands.compared)
        desk.player = Player(desk, made, self)
        docking.hang(self, desk)
        for name, dock in self.docks.items():
            dock.visibilityChanged.connect(self.refresh)  # a lambda would be called while the window is being deleted
            dock.hide_button.setToolTip(made[f"dock.{name}"].toolTip().replace(tr("Show or hide"), tr("Hide")))
        self.log = self.docks["log"].panel
        self.offers = Offers(desk, self)
        self.keeper = Keeper(desk)
        self.missing = Missing(self.keeper, desk)
        self.docks["landscapes"].add_below(self.missing)
        self.point_menu = PointMenu(desk, made, self)
        self._fill_menus()
        wiring.connect(self)
        if not self._restore():
            self.resize(SIZE.boundedTo(self.screen().availableSize()))
        menus.refresh(made, desk)

    # --- the parts ---

    def _fill_menus(self) -> None:
        made = self.actions_made
        for title, entries in MENUS.items():
            menus.fill(self.menuBar().addMenu(title), entries, made)
        submenus = {menu.title(): menu for menu in self.findChildren(QMenu)}
        self.recent = submenus[tr("Open &recent")]
        RecentMenu(self.recent, self.desk)
        PresetMenu(submenus[tr("Look &presets")], self.desk)
        ViewMenu(submenus[tr("Saved &views")], self.desk)
        LanguageMenu(submenus[tr("Lan&guage")], self.desk)
        self.examples = ExampleMenu(self.desk, submenus[tr("&Examples")])
        self.bar = QToolBar(tr("Tools"), objectName="bar", movable=False)
        self.bar.setIconSize(QSize(20, 20))
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        menus.fill_bar(self.bar, BAR, made)
        self.addToolBar(self.bar)
        self.parcels = Parcels(self.desk)
        for key, make in (("file.screenshot", self.parcels.picture), ("file.export", self.parcels.mesh)):
            CarryOut(self.bar.widgetForAction(made[key]), make)  # type: ignore[arg-type]  # it is a tool button
        self.under_pointer = QLabel()
        self.under_pointer.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.under_pointer.setContentsMargins(0, 0, 12, 0)
        self.busy = Busy()
        self.statusBar().addPermanentWidget(self.busy)
        self.statusBar().addPermanentWidget(self.under_pointer)
        self.statusBar().setSizeGripEnabled(False)

    # --- the beginning ---

    def begin(self, opengl: OpenGL, files: list[str]) -> None:
        """OpenGL was looked for: prepare the pictures, open the files, say what is to be said."""
        desk = self.desk
        desk.opengl = opengl
        self.stage.setFocus()  # not the first button there is, which Space would press
        self.stage.prepare(opengl)
        self.stage.welcome.show_recent(list(desk.settings.values.recent))
        for problem in desk.settings.problems:
            desk.notices.say(problem, "warning")
        if not opengl.there:
            desk.notices.say(
                tr("3-D views cannot be drawn: {reason} The flat map can.", reason=opengl.reason), "warning"
            )
            desk.session.flat_only = True
        for path in files:
            desk.open(path)
        self.keeper.begin(files=bool(files))
        self.offers.offer_unfinished()
        QTimer.singleShot(0, self, self._welcome)

    def _welcome(self) -> None:
        """What can wait until the window is there: the examples, and the tour at the first start."""
        self.examples.gather()
        self.stage.welcome.show_examples(self.examples.all, self.examples.open)
        if not self.desk.settings.values.toured and self.desk.session.current is None:
            tour.begin(self.desk)

    def _restore(self) -> bool:
        kept = self.desk.settings.geometry
        geometry, state = kept.value("geometry"), kept.value("state")
        return bool(geometry is not None and self.restoreGeometry(geometry) and self.restoreState(state))

    # --- what happened ---

    def refresh(self) -> None:
        document = self.desk.session.current
        self.setWindowTitle(tr("{name} — Lossvista", name=document.name) if document else "Lossvista")
        menus.refresh(self.actions_made, self.desk)
        if document is None:
            self.stage.welcome.show_recent(list(self.desk.settings.values.recent))

    def write_down(self, notice: Notice) -> None:
        self.log.add(notice.text, notice.severity)

    def _dressed(self) -> None:
        """The theme has changed."""
        menus.redraw_icons(self.actions_made)
        self.stage.redraw_icons()
        self.busy.redraw_icons()
        self.missing.redraw_icons()
        for dock in self.docks.values():
            dock.redraw_icons()
        self.refresh()

    def scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        """The desktop is light or dark now: follow it, where the person wants that."""
        if self.desk.settings.values.theme == "system" and (scheme == Qt.ColorScheme.Dark) != theme.dark():
            self.desk.dress("system", scheme)

    # --- events ---

    def event(self, event: QEvent) -> bool:
        """Space plays the path, but first of all it presses the button that has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.key() == Qt.Key.Key_Space and not event.modifiers()
            if plain and isinstance(QApplication.focusWidget(), (QAbstractButton, QComboBox)):
                event.accept()
                return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.stage.welcome.show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.stage.welcome.show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.stage.welcome.show_over(False)
        event.setDropAction(Qt.DropAction.CopyAction)  # else the list would take rows out that are dragged from it
        event.accept()
        self.take([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def take(self, paths: list[str], place: Place | None = None) -> None:
        """What was dropped: open landscapes, the first in that place; recordings are followed, networks fill in the wizard."""
        if trainings.dropped(self.desk, paths):
            return
        if values := dropped(paths):
            verbs.new_landscape(self.desk, values)
            return
        for path in paths:
            self.desk.open(path, place)
            place = None

    def closeEvent(self, event: QCloseEvent) -> None:
        """Pause what is computed, remember how everything was, and let VTK go before the window does."""
        desk = self.desk
        for dialog in self.findChildren(QDialog):  # one may hold a 3-D view, which ends before the window does
            dialog.close()
        presenter.of(desk).end()
        kept = desk.settings.geometry
        kept.setValue("geometry", self.saveGeometry())
        kept.setValue("state", self.saveState())
        kept.sync()
        if (document := desk.session.current) is not None:
            desk.settings.remember_style(document.meant(desk.session.style))
        self.keeper.end()
        desk.playback.pause()
        desk.runs.shut()
        desk.follows.shut()
        self.growth.shut()
        desk.points.shut()
        desk.balls.shut()
        desk.studies.shut()
        desk.pictures.shut()
        for job in self.findChildren(Job):  # a look of the wizard's that was given up a moment ago
            job.stop()
            job.wait()
        self.stage.shut()
        self.parcels.end()
        super().closeEvent(event)
