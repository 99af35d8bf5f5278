"""A headless Chromium for one page: its DOM once everything has loaded, or a picture of it."""

import os
import pathlib
import signal
import subprocess
import tempfile
from html.parser import HTMLParser

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 120  # seconds for a page that takes two on an idle machine
FLAGS = [
    *["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    *["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    "--disable-dev-shm-usage",
]
VOID = {"meta", "link", "img", "br", "hr", "input"}


def run(*words: str) -> str:
    """Each start has a profile of its own, so that no page is remembered."""
    # It may write into its folder while it ends.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *words],
            # Its processes write caches to HOME; a proxy of this machine is not for loopback.
            env={"PATH": os.environ["PATH"], "HOME": profile},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            out, errors = browser.communicate(timeout=PATIENCE)
        finally:
            try:
                os.killpg(browser.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    assert browser.returncode == 0, errors.decode(errors="replace")[-4000:]
    return out.decode()


class Page(HTMLParser):
    """What Chromium made of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: dict[str, str] = {}  # by their text
        self.texts: dict[str, str] = {}  # all text by the tag around it
        self._open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data) -> None:
        tag = self._open[-1] if self._open else ""
        self.texts[tag] = self.texts.get(tag, "") + data
        if tag == "a":
            self.links[data] = self.tags[-1][1]["href"]

    @property
    def text(self) -> str:
        hidden = {"script", "style"}
        return " ".join(text for tag, text in self.texts.items() if tag not in hidden)

    def names(self) -> set[str]:
        return {tag for tag, _ in self.tags}


def see(url: str, *words: str) -> Page:
    return Page(run(*words, "--dump-dom", url))


def picture(url: str, path: pathlib.Path, *words: str) -> bytes:
    run(*words, f"--screenshot={path}", url)
    return path.read_bytes()
