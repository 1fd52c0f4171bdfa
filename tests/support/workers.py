"""What becomes of a test run when one of its processes dies: the test is named, the rest is run.

pytest-xdist 3.8 hands out again all that the dead one had ever done, and then waits for ever for
tests that are done (its issues 1323, 1327, 1378). A plug-in can take a process down; the run has
to end all the same.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController


class ToTheEnd(LoadFileScheduling):
    """Files over processes; what a dead process had not begun is all that is begun again."""

    def remove_node(self, node: WorkerController) -> str | None:
        """The test that the process died in, if it had any left; that one is not tried again."""
        files = self.assigned_work[node]
        died_in = next(
            (test for tests in files.values() for test, done in tests.items() if not done), None
        )
        for file, tests in list(files.items()):
            left = {test: False for test, done in tests.items() if not done and test != died_in}
            files[file] = left
            if not left:
                del files[file]
        super().remove_node(node)
        return died_in

    def schedule(self) -> None:
        again = self.collection is not None
        super().schedule()
        if again:  # a process that takes over begins once it knows of two tests, or of the end
            super().schedule()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ToTheEnd | None:
    return ToTheEnd(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(report: Any) -> None:
    """Says how the process ended: a negative code is the signal that ended it."""
    code = report.node.gateway._io.popen.wait()
    report.longrepr += f", with code {code}"
