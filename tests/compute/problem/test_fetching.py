"""Fault 17: a download that is cut, wrong, refused or never comes. Real requests of the real program to a real server, which is the
proxy that the environment names: so the addresses are torchvision's own, and no other network is asked."""

from __future__ import annotations

import gc
import gzip
import hashlib
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision import datasets

from lossvista.compute.cli import main
from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.data import load_data
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.sources import torchvision_sets

PROXIES = {name for way in ("http", "https", "all", "no") for name in (f"{way}_proxy", f"{way.upper()}_PROXY")}
DAMAGE = "what came was cut off, or is another file"


def idx(array: np.ndarray) -> bytes:
    """MNIST's format: magic number, sizes, bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


class Server(ThreadingHTTPServer):
    """Does to every GET what `mode` says. files: what it has, by their last name."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode, self.files, self.asked = "404", dict[str, bytes](), list[str]()
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(200, {"Content-Length": "0"})

    def do_CONNECT(self) -> None:  # no https, as in a network without a way out
        self.send_error(502, "No way out")
        self.close_connection = True

    def do_GET(self) -> None:
        name, mode = self.path.rpartition("/")[2], self.server.mode
        self.server.asked.append(self.path)
        body = self.server.files.get(name, b"x" * 5000)
        if mode == "404":
            self.send_error(404)
        elif mode == "reset":
            self.close_connection = True
        elif mode == "silent":
            self.server.over.wait()
        elif mode == "stalls":
            self._answer(200, {"Content-Length": str(len(body))}, body[: len(body) // 2])
            self.server.over.wait()
        elif mode == "cut":
            self._answer(200, {"Content-Length": str(len(body))}, body[: len(body) // 2])
        elif mode == "cut in a chunk":
            self._answer(200, {"Transfer-Encoding": "chunked"}, b"%x\r\n%s" % (len(body), body[: len(body) // 2]))
        elif mode == "wrong":
            page = b"<html>Please log in</html>"
            self._answer(200, {"Content-Length": str(len(page))}, page)
        else:
            self._answer(200, {"Content-Length": str(len(body))}, body)
        self.close_connection = True

    def _answer(self, code: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()
    thread.join()


def environment(server: Server | None) -> dict[str, str]:
    """All that is asked of any network is asked of this server; without one, of a port at which nobody listens."""
    address = "http://127.0.0.1:9" if server is None else server.address
    kept = {name: value for name, value in os.environ.items() if name not in PROXIES}
    return kept | {"http_proxy": address, "https_proxy": address}


@pytest.fixture
def fails(monkeypatch, capsys, tmp_path) -> Callable[[str, Server | None], str]:
    """What stderr says of a landscape on data that is to be fetched and cannot be: exit code 2, one sentence, no traceback."""

    def compute(data: str, server: Server | None) -> str:
        for name in PROXIES:
            monkeypatch.delenv(name, raising=False)
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, environment(server)[name])
        monkeypatch.setattr(urllib.request, "_opener", None)  # it keeps the first proxies that it is told of
        monkeypatch.setattr(torchvision_sets, "PATIENCE", 1.5)
        assert main(given(data, tmp_path)) == 2
        gc.collect()  # urllib does not close the socket of a server that hangs up
        said = capsys.readouterr().err
        assert "Traceback" not in said
        return said

    return compute


def given(data: str, folder: Path) -> list[str]:
    """The words for the landscape of a small network on data that is to be fetched."""
    weights = folder / "w.pt"
    torch.save(build_model("mlp", (1, 28, 28), 10, seed=1).state_dict(), weights)
    words = ["compute", "--model", "mlp", "--weights", str(weights), "--data", data, "--download"]
    return [*words, "--resolution", "3", "--out", str(folder / "a.h5")]


FAULTS = {
    "cut": DAMAGE,
    "cut in a chunk": DAMAGE,
    "wrong": DAMAGE,
    "404": "HTTP Error 404: Not Found",
    "reset": "Remote end closed connection without response",
    "silent": "the server was silent for 1.5 seconds",
    "stalls": "the server was silent for 1.5 seconds",
}


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_fetched_leaves_nothing_and_is_a_sentence(server, fails, tmp_path, fault: str) -> None:
    """CIFAR's address is https, which a proxy does not look into: the one way to fetch it is the one of the others."""
    name = "fashion-mnist" if "cut" in fault else "mnist"
    server.mode, data = fault, tmp_path / "data"
    (said,) = [line for line in fails(f"{name}:{data}", server).splitlines() if line.startswith("lossvista: ")]
    assert said.startswith(f"lossvista: The {name} data could not be fetched into '{data}' (") and "digits" in said
    assert FAULTS[fault] in said
    assert server.asked and not data.exists() and not list(tmp_path.glob("a.h5*"))


@pytest.mark.parametrize("name", ["mnist", "cifar100"])
def test_without_a_network_it_is_a_sentence(fails, tmp_path, name: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    said = fails(f"{name}:{data}", None)
    assert "could not be fetched" in said and "Connection refused" in said and not list(data.iterdir())


def test_a_network_without_a_way_out_is_a_sentence(server, fails, tmp_path) -> None:
    said = fails(f"cifar10:{tmp_path / 'data'}", server)
    assert "(Tunnel connection failed: 502 No way out)" in said and not (tmp_path / "data").exists()


def test_a_download_that_is_killed_leaves_nothing_that_is_taken_for_data(server, tmp_path) -> None:
    server.mode, data = "stalls", tmp_path / "data"
    server.files["train-images-idx3-ubyte.gz"] = bytes(10**6)  # which is written piece by piece
    command = [sys.executable, "-m", "lossvista.compute.cli", *given(f"fashion-mnist:{data}", tmp_path)]
    program = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment(server))
    while not any(path.is_file() and path.stat().st_size for path in data.rglob("*.gz")):
        assert program.poll() is None
        time.sleep(0.01)
    program.kill()
    program.wait()
    left = [path.relative_to(data) for path in data.rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["train-images-idx3-ubyte.gz"]
    assert left[0].parts[0].startswith(".fetched-")  # half a file, under no name that is ever read
    with pytest.raises(LossvistaError, match="no complete fashion-mnist data"):
        load_data(f"fashion-mnist:{data}")


@pytest.fixture
def sets(server, monkeypatch) -> dict[str, np.ndarray]:
    """Small sets in the formats of MNIST and of CIFAR-10, which the server has; where they are and their check sums are entered in
    place of the true ones."""
    images = np.arange(6, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2) * 40
    resources = []
    for part in ("train", "t10k"):
        for kind, array in (("images-idx3", images), ("labels-idx1", np.arange(6))):
            name = f"{part}-{kind}-ubyte.gz"
            server.files[name] = gzip.compress(idx(array))
            resources.append((name, hashlib.md5(server.files[name]).hexdigest()))
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"{server.address}/"])
    monkeypatch.setattr(datasets.MNIST, "resources", resources)
    server.mode = "well"
    return {"images": images}


def test_what_comes_whole_is_moved_into_place_and_asked_for_once(server, sets, tmp_path) -> None:
    """Before it, a download that was cut after half of it: what it had is fetched anew."""
    data, spec = tmp_path / "data", f"mnist:{tmp_path / 'data'}"
    last = "t10k-labels-idx1-ubyte.gz"
    good = server.files[last]
    server.files[last] = good[:-3]
    with pytest.raises(LossvistaError, match=DAMAGE):
        load_data(spec, download=True)
    assert not data.exists() and len(set(server.asked)) == 4
    before = len(server.asked)
    server.files[last] = good
    found = load_data(spec, download=True)
    np.testing.assert_allclose(found.inputs.numpy()[:, 0] * 255, sets["images"], atol=1e-4)
    assert len(server.asked) == 2 * before and {path.name for path in data.iterdir()} == {"MNIST"}
    assert len(load_data(f"{spec}:test", download=True)) == 6 and len(server.asked) == 2 * before
    for path in (data / "MNIST" / "raw").glob("*-ubyte"):
        path.unlink()
    assert (
        len(load_data(spec, download=True)) == 6 and len(server.asked) == 2 * before
    )  # of the archives that are there


@pytest.mark.parametrize("size", [0, 3, 10, 400])
def test_data_of_which_there_is_only_a_part_is_not_used_and_can_be_fetched_again(
    server, sets, tmp_path, size: int
) -> None:
    """As another program may have left it, which wrote under the final name."""
    spec = f"mnist:{tmp_path}"
    load_data(spec, download=True)
    for path in (tmp_path / "MNIST" / "raw").glob("*"):
        path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(LossvistaError, match=r"There is (only damaged|no complete) mnist data in .*--download"):
        load_data(spec)
    assert len(load_data(spec, download=True)) == 6


def test_an_archive_of_ones_own_is_unpacked_without_a_network(tmp_path, monkeypatch) -> None:
    inside = tmp_path / "cifar-10-batches-py"
    inside.mkdir()
    lists: dict[str, list[list[str]]] = {"train_list": [], "test_list": []}
    for name, which in (("data_batch_1", "train_list"), ("test_batch", "test_list")):
        (inside / name).write_bytes(pickle.dumps({"data": np.zeros((2, 3072), np.uint8), "labels": [3, 9]}))
        lists[which].append([name, datasets.utils.calculate_md5(inside / name)])
    (inside / "batches.meta").write_bytes(pickle.dumps({"label_names": list("abcdefghij")}))
    meta = {**datasets.CIFAR10.meta, "md5": datasets.utils.calculate_md5(inside / "batches.meta")}
    data = tmp_path / "data"
    data.mkdir()
    archive = data / datasets.CIFAR10.filename
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(inside, inside.name)
    values = {
        **lists,
        "meta": meta,
        "tgz_md5": datasets.utils.calculate_md5(archive),
        "url": "http://127.0.0.1:9/x.tar.gz",
    }
    for name, value in values.items():
        monkeypatch.setattr(datasets.CIFAR10, name, value)
    assert load_data(f"cifar10:{data}", download=True).targets.tolist() == [3, 9]
    assert {path.name for path in data.iterdir()} == {archive.name, inside.name}
    archive.write_bytes(archive.read_bytes()[:100])
    (data / inside.name / "data_batch_1").write_bytes(b"cut")
    before = archive.read_bytes()
    with pytest.raises(LossvistaError, match="Connection refused"):
        load_data(f"cifar10:{data}", download=True)
    assert archive.read_bytes() == before  # what the person has is left alone
