"""When the consent is checked, and when somebody is told: pure."""

from streamer.council.consent import DAY_SECONDS, TESTING_SECONDS, Consent, State, due, notice

NOW = 1_800_000_000.0
HOLDS = Consent(State.HOLDS, given=NOW - 30 * DAY_SECONDS, checked=NOW)
GIVEN = HOLDS.given


def test_it_is_checked_at_the_start_daily_and_before_each_meeting() -> None:
    assert due(None, NOW, [], GIVEN)
    assert not due(HOLDS, NOW + 60, [], GIVEN)
    assert due(HOLDS, NOW + DAY_SECONDS, [], GIVEN)
    assert due(HOLDS, NOW + 60, [], NOW), "it was given anew"
    for early in (24 * 3600, 3600, 600):
        start = NOW + 60 + early
        assert not due(HOLDS, NOW + 59, [start], GIVEN)
        assert due(HOLDS, NOW + 60, [start], GIVEN)
    assert not due(HOLDS, NOW + 60, [NOW + 30], GIVEN), "it has begun: the light tells"
    unknown = Consent(State.UNKNOWN, GIVEN, checked=NOW)
    assert not due(unknown, NOW + 299, [], GIVEN)
    assert due(unknown, NOW + 300, [], GIVEN)


def test_an_end_is_told_once_and_again_before_each_meeting() -> None:
    ended, start = Consent(State.ENDED, GIVEN, checked=NOW), NOW + 2 * DAY_SECONDS
    found = notice(ended, NOW, [start])
    assert found
    assert notice(ended, NOW + 3600, [start]) == found
    told = {notice(ended, start - early, [start]) for early in (24 * 3600, 7200, 3600, 700, 600, 1)}
    assert len({found, *told}) == 4
    assert notice(ended, start + 1, [start]) == found, "nothing new once it has begun"


def test_a_known_end_is_told_when_it_is_near_or_a_meeting_lies_after_it() -> None:
    week = Consent(State.HOLDS, NOW, ends=NOW + TESTING_SECONDS, checked=NOW)
    assert notice(week, NOW, []) is None
    assert notice(week, NOW, [NOW + 6 * DAY_SECONDS]) is None
    early = notice(week, NOW, [NOW + 8 * DAY_SECONDS])
    assert early
    assert notice(week, NOW + 5 * DAY_SECONDS, []) == early
    assert notice(week, NOW + 6.5 * DAY_SECONDS, []) not in (None, early)


def test_nothing_is_told_of_what_is_not_known() -> None:
    assert notice(Consent(State.UNKNOWN, GIVEN), NOW, [NOW + 500]) is None
    assert notice(HOLDS, NOW, [NOW + 500]) is None
    assert notice(Consent(State.MISSING), NOW, [NOW + 30 * DAY_SECONDS]) is None
    assert notice(Consent(State.MISSING), NOW, [NOW + 500])
    assert Consent(State.HOLDS, NOW, checked=NOW).may_end == NOW + TESTING_SECONDS
    assert HOLDS.may_end is None
