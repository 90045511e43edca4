"""Importer: what draws is imported after the window is there, in the GUI's thread alone."""


def test_what_draws_is_imported_in_the_gui_s_thread_alone(run_python) -> None:
    """PySide takes part in every import: in a second thread, while the window paints, that crashes now and then."""
    script = """
import sys, threading
from PySide6.QtCore import QCoreApplication
from lossvista.app import stage
app = QCoreApplication([])
threads = set()

class Watch:
    def find_spec(self, name, path=None, target=None):
        threads.add(threading.current_thread().name)

assert "vtkmodules" not in sys.modules
sys.meta_path.insert(0, Watch())
importer = stage.Importer()
importer.finished.connect(app.quit)
importer.start()
app.exec()
assert "pyvista.plotting" in sys.modules and "lossvista.app.view" in sys.modules
print(sorted(threads))
"""
    assert run_python(script).strip() == "['MainThread']"
