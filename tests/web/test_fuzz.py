"""The API against its own OpenAPI document: whatever schemathesis sends, there is no fault of ours.

At a desk it looks elsewhere each time; the gate (`TAGLINE_REQUIRE_COMPONENTS=1`) repeats itself.
"""

import time
import warnings

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tagline.web import Options, create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis

FEWEST = 5  # of a route, however slow
HEADERS = {"Authorization": "Bearer none"}
SECONDS = 40  # for all of it; a route gets its share


@pytest.fixture
def operations(project):
    """What the document of a server without login offers; its programs may do everything."""
    app = create_app(project, Options(login=False))
    found = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=HEADERS)
    yield [each.ok() for each in found.get_all_operations()]
    app.state.server.close()


def test_nothing_that_is_sent_is_a_fault(operations):
    assert len(operations) >= 8
    sent = {}
    for operation in operations:
        name = f"{operation.method.upper()} {operation.path}"
        sent[name] = fuzz(operation, time.monotonic() + SECONDS / len(operations))
    print("\n".join(f"{count:4} {name}" for name, count in sent.items()))  # noqa: T201
    assert min(sent.values()) >= 1


def fuzz(operation, until):
    """Send what fits the document and what does not; return how much."""
    sent = []

    @settings(
        max_examples=40,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy(operation))
    def send(case):
        if time.monotonic() > until and len(sent) >= FEWEST:
            return
        answer = case.call(headers=HEADERS)
        sent.append(answer.status_code)
        assert answer.status_code < 500 or answer.status_code in {501, 503}, answer.text
        if answer.status_code >= 400:
            assert list(answer.json()) == ["error"]

    send()
    return len(sent)


def strategy(operation):
    """Return what fits the document, or breaks it where that is possible."""
    fits = operation.as_strategy()
    breaks = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    return fits | breaks
