"""The page of `emrctl local serve` in a browser: what people see, and what other pages do not."""

import json
import zlib

import pytest
from chromium import Page, picture, see
from emr_requests import cluster_state
from filled import HOSTILE
from other_origin import Site


DARK = "--blink-settings=preferredColorScheme=0"


def first_pixel(png: bytes) -> tuple[int, ...]:
    """Nothing stands above and left of it, so that its colour is there as it is."""
    size = int.from_bytes(png[33:37])
    assert png[37:41] == b"IDAT", png[:64]
    row = zlib.decompressobj().decompress(png[41 : 41 + size])
    return tuple(row[1:4])


def follow(shown, page: Page, link: str) -> Page:
    assert link in page.links, page.links
    assert page.links[link].startswith("/"), page.links[link]
    return see(shown.server.url + page.links[link])


def test_the_overview_leads_to_a_step_s_log(shown):
    overview = see(shown.server.url)
    assert {"finishes", "fails", "waits", "hostile", "goes-well", "goes-wrong"} <= set(
        overview.links
    )
    for words in ("TERMINATED", "TERMINATED_WITH_ERRORS", "WAITING", "1 of 1 completed"):
        assert words in overview.text
    cluster = follow(shown, overview, "finishes")
    assert shown.finished in cluster.text and "counts" in cluster.text
    log = follow(shown, cluster, "stdout")
    assert log.texts["pre"].strip() == "forty-two words"


def test_a_failed_cluster_says_why(shown):
    cluster = see(f"{shown.server.url}/clusters/{shown.failed}")
    assert "TERMINATED_WITH_ERRORS" in cluster.text and "STEP_FAILURE" in cluster.text
    assert "exit code 3" in cluster.text
    assert "no such table" in follow(shown, cluster, "stderr").texts["pre"]


def test_executions_tell_their_states_and_their_end(shown):
    overview = see(shown.server.url)
    well = follow(shown, overview, "goes-well")
    assert shown.succeeded in well.text and "SUCCEEDED" in well.text and "Good" in well.text
    wrong = follow(shown, overview, "goes-wrong")
    assert "FAILED" in wrong.text and "NotGood" in wrong.text and "Bad" in wrong.text
    assert "so far" not in wrong.text


@pytest.mark.parametrize("what", ["cluster", "log", "execution"])
def test_hostile_text_stays_text(what, shown, step_of):
    path = {
        "cluster": f"/clusters/{shown.hostile}",
        "log": f"/logs/logs/emr/{shown.hostile}/steps/{step_of(shown.hostile)}/stdout.gz",
        "execution": f"/executions/{shown.broken}",
    }[what]
    page = see(shown.server.url + path)
    shown_as = json.dumps(HOSTILE)[1:-1] if what == "execution" else HOSTILE
    assert shown_as in page.text
    assert page.names().isdisjoint({"script", "img", "b", "iframe", "form", "style"})
    assert "taken over" not in page.texts["title"]
    assert not [name for _, names in page.tags for name in names if name.startswith("on")]


def test_the_style_arrives_and_follows_the_reader_s_choice(shown, tmp_path):
    """The first pixel is the header's, in the style's colours."""
    assert first_pixel(picture(shown.server.url, tmp_path / "light.png")) == (0xFF, 0xFF, 0xFF)
    dark = picture(shown.server.url, tmp_path / "dark.png", DARK)
    assert first_pixel(dark) == (0x1C, 0x20, 0x24)


# --- Other origins --------------------------------------------------------------------------------
def attack(shown, target: str) -> tuple[Page, Site]:
    replaced = {
        "TARGET": target,
        "CALL": json.dumps({"JobFlowIds": [shown.waiting]}),
        "CLUSTER": shown.waiting,
    }
    with Site(replaced) as site:
        page = see(site.url)
    return page, site


def test_the_attack_gets_through_where_everybody_is_let_in(shown):
    with Site() as target:
        page, _ = attack(shown, target.url)
    for item in ("page", "cluster", "call"):
        assert f'<li id="{item}">read: ' in page.source, page.source
    assert '<li id="form">sent' in page.source
    assert ("POST", "/") in target.heard
    assert ("POST", "/?simple") in target.heard and ("POST", "/?form") in target.heard


def test_a_page_of_another_origin_reads_nothing_and_calls_nothing(shown):
    page, site = attack(shown, shown.server.url)
    assert ("POST", "/done") in site.heard, page.source
    for item in ("page", "cluster", "call"):
        assert f'<li id="{item}">refused' in page.source, page.source
    assert '<li id="simple-call">unreadable' in page.source
    assert '<li id="form">sent' in page.source
    assert cluster_state(shown.server.emr(), shown.waiting) == "WAITING"


def test_a_name_that_was_led_here_is_refused(shown):
    """DNS rebinding: for the browser this is a page of evil.example, which may read itself."""
    rules = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    page = see(f"http://evil.example:{shown.server.port}/", rules)
    assert "is not this server" in page.text
    assert "finishes" not in page.text and shown.waiting not in page.source
