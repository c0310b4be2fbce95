"""What is to be done about what belongs to a video: pure."""

from streamer.council.aftercare import UPDATE_SECONDS, Act, Kind, Sent, Thing, errands

NOW = 1_800_000_000.0
FR, PICTURE, LIST = Thing(Kind.CAPTIONS, "fr"), Thing(Kind.THUMBNAIL), Thing(Kind.PLAYLIST, "PL1")


def test_what_is_missing_is_sent_in_order_and_what_changed_replaced() -> None:
    todo = errands({FR: "a", PICTURE: "b", LIST: "in"}, {}, NOW, settled=True)
    assert [(errand.act, errand.thing) for errand in todo] == [
        (Act.SEND, PICTURE), (Act.SEND, LIST), (Act.SEND, FR),
    ]  # fmt: skip
    sent = {FR: Sent("1", "a", NOW), PICTURE: Sent("v", "old", NOW), LIST: Sent("2", "in", NOW)}
    assert [(e.act, e.thing) for e in errands({FR: "a", PICTURE: "b", LIST: "in"}, sent, NOW, settled=True)] == [
        (Act.REPLACE, PICTURE)
    ]


def test_corrections_are_gathered_but_what_is_unknown_is_sent_at_once() -> None:
    sent = {FR: Sent("1", "a", NOW)}
    assert errands({FR: "b"}, sent, NOW + UPDATE_SECONDS - 1, settled=True) == []
    assert [e.act for e in errands({FR: "b"}, sent, NOW + UPDATE_SECONDS, settled=True)] == [Act.REPLACE]
    assert [e.act for e in errands({FR: "b"}, {FR: Sent("1", "", NOW)}, NOW, settled=True)] == [Act.REPLACE]


def test_captions_that_are_gone_here_go_there_and_nothing_else_does() -> None:
    sent = {FR: Sent("1", "a", NOW), PICTURE: Sent("v", "b", NOW), LIST: Sent("2", "in", NOW)}
    assert [(e.act, e.thing) for e in errands({}, sent, NOW, settled=True)] == [(Act.REMOVE, FR)]
    assert errands({}, sent, NOW, settled=False) == [], "withdrawn for a while: nothing is touched"
