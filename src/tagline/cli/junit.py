"""Gates as a JUnit XML file, which CI systems show beside the tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from tagline.error_analysis.gates.deciding import GateResult

__all__ = ["junit"]

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[GateResult], command: str) -> str:
    """Return a JUnit XML document with one test case for each gate.

    Parameters
    ----------
    results : sequence of GateResult
        A gate that failed is a failure; one that the data leave open is skipped, or a failure
        where that is asked to fail.
    command : str
        Such as ``"errors"``: the suite is named by it.

    Returns
    -------
    str
        With a declaration; characters that XML does not know stand as U+FFFD.
    """
    broken = sum(each.broken for each in results)
    skipped = sum(not each.broken and each.verdict == "undecided" for each in results)
    counts = {"tests": len(results), "failures": broken, "errors": 0, "skipped": skipped}
    totals = {name: str(number) for name, number in counts.items()}
    suites = ET.Element("testsuites", totals | {"name": "tagline", "time": "0"})
    suite = ET.SubElement(suites, "testsuite", totals | {"name": f"tagline {command}", "time": "0"})
    for each in results:
        case = ET.SubElement(
            suite,
            "testcase",
            {"classname": f"tagline.{command}", "name": _clean(each.gate.text), "time": "0"},
        )
        message = _clean(each.message)
        if each.broken:
            found = ET.SubElement(case, "failure", {"message": message, "type": each.verdict})
            found.text = message
        elif each.verdict == "undecided":
            ET.SubElement(case, "skipped", {"message": message})
        else:
            ET.SubElement(case, "system-out").text = message
    ET.indent(suites)
    text = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
