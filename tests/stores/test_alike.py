"""SQLite and memory answer alike, whatever is done to them in whatever order."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.contracts.values import alert, delivery, event, item, later, platform, record

from dualcross.errors import StoreConflict
from dualcross.model import Source, SourceState
from dualcross.ports import Commit, Dossier, Store
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore

NAMES = st.sampled_from(["a", "b", "城"])
SECONDS = st.integers(-50, 50)
STATES = st.sampled_from(["held", "pending", "failed", "dead"])


class Twins(RuleBasedStateMachine):
    """Each rule does one thing to both stores and compares what they say."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.memory: Store = MemoryStore()
        self.sqlite: Store = SqliteStore(str(self.folder / "x.db"))
        self.claimed = []

    def both(self, act):
        outcomes = []
        for store in (self.memory, self.sqlite):
            try:
                outcomes.append(act(store))
            except StoreConflict:
                outcomes.append("conflict")
        assert outcomes[0] == outcomes[1]
        return outcomes[0]

    @rule(name=NAMES, paused=st.booleans())
    def put_source(self, name, paused):
        self.both(lambda s: s.put_source(Source(id=name, url="https://x.test/", paused=paused)))

    @rule(name=NAMES)
    def remove_source(self, name):
        self.both(lambda s: s.remove_source(name))

    @rule(name=NAMES, due=SECONDS, gone=st.booleans(), found=st.lists(st.integers(1, 6)))
    def commit_poll(self, name, due, gone, found):
        state = SourceState(source_id=name, next_due=later(due), gone=gone)
        self.both(lambda s: s.commit_poll(state, [item(n, name) for n in found]))

    @rule(n=st.integers(1, 6))
    def read_done(self, n):
        self.both(lambda s: s.read_done(item(n).url, "ok"))

    @rule(at=SECONDS)
    def due(self, at):
        self.both(lambda s: s.due(later(at), 2))
        self.both(lambda s: s.sources())

    @rule(n=st.integers(1, 3), text=NAMES, at=SECONDS, subject=NAMES, version=st.integers(0, 3), learn=st.booleans())
    def commit(self, n, text, at, subject, version, learn):
        made = Commit(
            record=record(n, text=text, at=at),
            dossiers=(
                Dossier(
                    subject=subject,
                    version=version,
                    platform=platform(text) if learn else None,
                    events=(event(text, at),),
                ),
            ),
            alerts=(alert(n, at),),
            corrections=((f"a{version}", text, text),),
        )
        self.both(lambda s: s.commit(made))
        self.both(lambda s: (list(s.records(since=later(0))), list(s.alerts()), list(s.events()), s.learned()))
        self.both(lambda s: (s.dossiers(["a", subject]), s.facts("correction"), s.record("r1")))

    @rule(n=st.integers(1, 3), state=STATES, wait=st.none() | SECONDS)
    def open(self, n, state, wait):
        made = delivery(n, state=state, not_before=None if wait is None else later(wait), alert_id=f"a{n % 2}")
        self.both(lambda s: s.open([made]))

    @rule(n=st.integers(1, 3), at=SECONDS)
    def claim(self, n, at):
        taken = self.both(lambda s: s.claim(f"d{n}", now=later(at), lease_until=later(at + 10)))
        if taken:
            self.claimed.append(taken)

    @rule(pick=st.integers(0, 9), state=st.sampled_from(["sent", "failed", "dead"]), wait=SECONDS)
    def settle(self, pick, state, wait):
        if self.claimed:
            taken = self.claimed[pick % len(self.claimed)]
            self.both(lambda s: s.settle(replace(taken, state=state, not_before=later(wait))))

    @rule(n=st.integers(1, 3), at=SECONDS)
    def release_or_finish(self, n, at):
        if at < 0:
            self.both(lambda s: s.release(f"d{n}", not_before=later(at)))
        else:
            self.both(lambda s: s.finish([f"d{n}"], state="sent", now=later(at)))

    @rule(state=st.none() | STATES, due=st.none() | SECONDS, n=st.none() | st.integers(0, 1))
    def deliveries(self, state, due, n):
        moment = None if due is None else later(due)
        alert_id = None if n is None else f"a{n}"
        self.both(lambda s: s.deliveries(state=state, due=moment, alert_id=alert_id))

    def teardown(self):
        self.sqlite.close()
        shutil.rmtree(self.folder)


Twins.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestTwins = Twins.TestCase
