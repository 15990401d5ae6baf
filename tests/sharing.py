"""Which tests go to one worker: those that share something long in the making."""

from xdist.scheduler import LoadScopeScheduling

# What the demo's tests stand on holds a year, and each file of browser tests a site of its own.
OF_THE_DEMO = ("tests/demo/", "tests/browser/test_accessibility.py")
BY_FILE = "tests/browser/"


class Sharing(LoadScopeScheduling):
    """Tests one by one to whichever worker is free, but for those of one shared thing.

    In place of xdist's marks: pytest 9.2 drops what `--dist loadgroup` writes into a test's name.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(OF_THE_DEMO):
            return "demo"
        return nodeid.partition("::")[0] if nodeid.startswith(BY_FILE) else nodeid
