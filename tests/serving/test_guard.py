"""Who may ask: by name, key and kind of body."""

import pytest

from schemas.settings.serve import Serve
from tasks.serving.errors import RequestError, ServingError
from tasks.serving.guard import Guard, check_key

KEY = "0123456789abcdef"


def status(host="127.0.0.1:8000", key=None, given=None, path="/v1/models", method="GET", **headers):
    guard = Guard(lambda *_: None, Serve(hosts=("box.example",)), key)
    sent = [(b"host", host.encode())] + [
        (name.replace("_", "-").encode(), str(value).encode()) for name, value in headers.items()
    ]
    sent += [(b"authorization", f"Bearer {given}".encode())] if given else []
    try:
        guard.check(method, path, sent)
    except RequestError as error:
        return error.status
    return 200


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "box.example:80", "10.0.0.7"]
)
def test_its_own_names_and_numbers_are_let_in(host):
    """The server answers to its names and to addresses, which no foreign page can make its own name."""
    assert status(host) == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example", "box.example.org"]
)
def test_a_foreign_name_is_turned_away(host):
    """A page that makes its name point here (DNS rebinding) gets 421."""
    assert status(host) == 421


def test_a_key_must_be_right():
    """With a key set, every path but the page and the sign of life needs it."""
    assert (status(key=KEY), status(key=KEY, given="wrong"), status(key=KEY, given=KEY)) == (401, 401, 200)
    assert (status(key=KEY, path="/"), status(key=KEY, path="/health")) == (200, 200)


def test_a_body_that_any_page_could_send_is_refused():
    """Bodies must be JSON, which a foreign page may not send unasked, of a known and bounded length."""
    asked = {"path": "/v1/chat/completions", "method": "POST"}
    assert status(**asked, content_type="text/plain", content_length=2) == 415
    assert status(**asked, content_type="application/json") == 411
    assert status(**asked, content_type="application/json", content_length=2_000_000) == 413
    assert status(**asked, content_type="application/json; charset=utf-8", content_length=2) == 200


@pytest.mark.parametrize(
    ("host", "key"), [("0.0.0.0", None), ("::", None), ("box.example", None), ("127.0.0.1", "short")]
)
def test_nobody_is_let_in_by_accident(host, key):
    """Beyond this machine a server needs a key, and a key is long."""
    with pytest.raises(ServingError, match="SHAREGPT_SERVE_KEY"):
        check_key(Serve(host=host), key)
    check_key(Serve(host="0.0.0.0"), KEY)
