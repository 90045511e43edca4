"""Growth: the descent paths of open landscapes, which grow while their recordings are being written and followed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...compute.errors import LossvistaError
from ...compute.landscape import Landscape
from ...compute.progress import Progress
from ...compute.surface import Surface
from ..job import Job
from ..pointing.points import Points
from ..runs import STOP_MS, Runs
from ..session import Document, Session
from .follower import Follower
from .follows import Follows

FOLLOW = "lossvista.compute.follow:follow"


class Growth(QObject):
    """One job for each landscape with a path whose recording is followed and has more checkpoints than the path."""

    failed = Signal(object)  # LossvistaError
    noted = Signal(str)  # a line for the log

    def __init__(
        self, session: Session, follows: Follows, runs: Runs, points: Points, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session, self.follows, self.runs, self.points = session, follows, runs, points
        self.jobs: dict[Job, tuple[Document, Follower]] = {}
        self._hopeless: set[tuple[Document, str]] = set()
        follows.changed.connect(lambda _follower: self.look())
        follows.removed.connect(lambda _follower: self.look())
        runs.finished.connect(lambda _run: self.look())
        for signal in (session.opened, session.replaced):
            signal.connect(lambda _document: self.look())
        session.closed.connect(self._closed)

    def look(self) -> None:
        """Begin what can grow, end what is no longer followed."""
        for job, (_, follower) in self.jobs.items():
            if follower not in self.follows.all or not (follower.live or follower.told.finished):
                job.stop()
        busy = {id(document) for document, _ in self.jobs.values()}
        computed = {id(document) for run in self.runs.active for document in run.documents}
        for document in self.session.documents:
            if id(document) not in busy | computed and (follower := self._grown(document)) is not None:
                self._begin(document, follower)

    def _grown(self, document: Document) -> Follower | None:
        """The recording that has more checkpoints than this landscape's path of it. A landscape without a file is still being
        computed: the losses of its path are not known yet."""
        for path in document.landscape.trajectories.values() if document.path else ():
            folder = str(Path(str(path.how.get("source", ""))).expanduser().absolute())
            for follower in self.follows.all:
                followed = follower.live or follower.told.finished
                more = followed and follower.folder == folder and follower.told.checkpoints > len(path)
                if more and (document, folder) not in self._hopeless:
                    return follower
        return None

    def _begin(self, document: Document, follower: Follower) -> None:
        trust = self.points.trusted(document)
        job = Job(FOLLOW, bare(document.landscape), follower.folder, parent=self, trust=trust)
        job.progressed.connect(self._progressed)
        job.succeeded.connect(lambda job, _path: self._end(job))
        job.stopped.connect(self._end)
        job.failed.connect(self._failed)
        job.finished.connect(job.deleteLater)
        self.jobs[job] = document, follower
        job.start()

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job not in self.jobs:
            return
        document, _ = self.jobs[job]
        if progress.note:
            self.noted.emit(progress.note)
        if progress.grown and document in self.session.documents:
            self.session.grow(document, progress.grown)

    def _failed(self, job: Job, error: LossvistaError) -> None:
        if job in self.jobs:
            document, follower = self.jobs[job]
            self._hopeless.add((document, follower.folder))
            self._end(job)
            self.failed.emit(error)

    def _end(self, job: Any) -> None:
        self.jobs.pop(job, None)

    def _closed(self, document: Document) -> None:
        self._hopeless = {one for one in self._hopeless if one[0] is not document}
        for job, (of, _) in self.jobs.items():
            if of is document:
                job.stop()

    def shut(self) -> None:
        """Stop all, and wait for it."""
        for job in self.jobs:
            job.stop()
        for job in self.jobs:
            if not job.wait(STOP_MS):
                job.terminate()  # a thread that outlives the program would crash it
                job.wait(STOP_MS)
        self.jobs.clear()


def bare(landscape: Landscape) -> Landscape:
    """A landscape without its surface's values: what following its path needs, light enough to be sent to another process."""
    return replace(landscape, surface=Surface(landscape.surface.grid), tables={}, extra=None)
