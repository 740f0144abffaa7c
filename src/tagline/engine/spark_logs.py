"""What Spark's JVM prints: nothing that comes back as an exception, but why it cannot start."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["JAVA_OPTIONS", "quiet"]

JAVA_OPTIONS = "spark.driver.extraJavaOptions"

# Errors of a query are raised in Python. What only the log knows: that a master does not answer.
_LOG4J = """\
status = off
rootLogger.level = fatal
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = Spark: %m%n%ex{0}
logger.client.name = org.apache.spark.deploy.client
logger.client.level = warn
logger.python.name = org.apache.spark.api.python.PythonGatewayServer
logger.python.level = fatal
"""


@contextmanager
def quiet(options: str) -> Iterator[str]:
    """Let the JVM that starts meanwhile print nothing but what no exception says.

    Parameters
    ----------
    options : str
        Of Java, as the user gave them; where they choose a configuration of the log, it stays.

    Yields
    ------
    str
        The options to start with.
    """
    if "log4j" in options:
        yield options
        return
    with tempfile.TemporaryDirectory(prefix="tagline-") as folder:
        file = Path(folder) / "log4j2.properties"
        file.write_text(_LOG4J, encoding="utf-8")
        yield f"{options} -Dlog4j2.configurationFile={file.as_uri()}".strip()
