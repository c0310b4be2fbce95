"""Every address of the service, on one screen."""

from aiohttp import web as aio

from web import (
    agenda_import,
    alarm_pages,
    announcements,
    api,
    api_captions,
    api_chapters,
    api_cuts,
    api_questions,
    auth,
    calendar,
    chapter_files,
    clerk,
    clerk_captions,
    clerk_chapters,
    clerk_cuts,
    clerk_items,
    destinations,
    discovery,
    embed,
    feeds,
    follow,
    live,
    lower_third,
    matters,
    media,
    moderator,
    oparl,
    pages,
    preflight,
    replay_page,
    search,
    transcripts,
    votes,
)
from web.asker_routes import ASKERS
from web.health import healthz

MEETING = "/meetings/{meeting}"
FOLLOWER = "/follow/{follower}/{seal}"
CLERK = "/clerk/meetings/{meeting}"
STATIC = "/static"
BIG_FILES = frozenset({clerk_captions.take})
"""Handlers of forms that may be bigger than others."""


def add_routes(app: aio.Application) -> None:
    """Mount everything."""
    app.router.add_routes([*API, *oparl.routes, *PUBLIC, *ASKERS, *PLAYERS, *STAFF])


API = [
    *api_cuts.routes, *votes.routes, *matters.routes, *api.routes, *api_questions.routes, *api_chapters.routes,
    *api_captions.routes, *search.routes,
]  # fmt: skip
PUBLIC = [
    aio.get("/", pages.home),
    aio.get("/search", search.search),
    aio.get("/healthz", healthz),
    aio.get("/robots.txt", discovery.robots),
    aio.get("/sitemap.xml", discovery.sitemap),
    aio.get("/oembed", discovery.oembed),
    aio.get("/embed" + MEETING, embed.player),
    aio.get("/embed/wall", embed.wall),
    aio.get("/embed/theme.css", embed.stylesheet),
    aio.get("/feed.atom", feeds.atom),
    aio.get("/podcast.xml", feeds.podcast),
    aio.get("/calendar.ics", calendar.calendar),
    aio.get("/follow", follow.form),
    aio.post("/follow", follow.ask),
    aio.get(FOLLOWER, follow.own),
    aio.post(FOLLOWER + "/confirm", follow.confirm),
    aio.post(FOLLOWER + "/leave", follow.leave),
    aio.get("/meetings.csv", discovery.table),
    aio.post("/language", pages.language),
    aio.get("/sign-in", pages.sign_in),
    aio.post("/sign-in", pages.sign_in),
    aio.post("/sign-out", pages.sign_out),
    aio.get("/enter/{secret}", auth.enter),
    aio.get(MEETING, pages.meeting),
    aio.get(MEETING + "/items/{item}", replay_page.item_page),
    aio.get(MEETING + "/live", live.live),
    aio.get(MEETING + "/transcript", transcripts.transcript),
    aio.get(MEETING + "/questions", pages.questions_page),
]
PLAYERS = [
    aio.get(MEETING + "/live.m3u8", media.live_playlist),
    aio.get(MEETING + "/preview.m3u8", media.preview_playlist),
    aio.get(MEETING + "/segments/{name}", media.segment),
    aio.get(MEETING + "/replay.m3u8", media.replay_playlist),
    aio.get(MEETING + "/replay.mp4", media.replay_mp4),
    aio.get(MEETING + "/replay.m4a", media.replay_sound),
    aio.get(MEETING + "/poster.jpg", media.poster),
    aio.get(MEETING + "/stills/{second}.jpg", replay_page.still),
    aio.get(MEETING + "/chapters.vtt", chapter_files.vtt),
    aio.get(MEETING + "/chapters.json", chapter_files.podcasting),
    aio.get(MEETING + "/chapters.txt", chapter_files.youtube),
    aio.get(MEETING + "/chapters.csv", chapter_files.table),
    aio.get(MEETING + "/manifest.jsonl", media.manifest),
    aio.get(MEETING + "/captions.{language}.vtt", transcripts.vtt),
    aio.get(MEETING + "/captions.{language}.srt", transcripts.srt),
    aio.get(MEETING + "/captions.{language}.txt", transcripts.text),
]
STAFF = [
    aio.get("/clerk", clerk.overview),
    aio.post("/clerk/alarms/test", alarm_pages.test),
    aio.get("/staff/meetings/{meeting}/light", alarm_pages.light),
    aio.post("/clerk/meetings", clerk.plan),
    aio.post("/clerk/import", agenda_import.read),
    aio.get(CLERK, clerk.board),
    aio.get(CLERK + "/plan", clerk.edit),
    aio.post(CLERK + "/plan", clerk.save),
    aio.post(CLERK + "/agenda/undo", clerk.undo),
    aio.post(CLERK + "/agenda/{item}/open", clerk.open_item),
    aio.post(CLERK + "/preflight", preflight.check),
    aio.post(CLERK + "/preflight/stop", preflight.stop),
    aio.post(CLERK + "/goes-on", clerk.goes_on),
    aio.post(CLERK + "/recess", clerk.change_recess),
    aio.post(CLERK + "/lower-third", lower_third.switch),
    aio.post(CLERK + "/destinations", destinations.switch),
    aio.get(CLERK + "/captions", clerk_captions.overview),
    aio.post(CLERK + "/captions", clerk_captions.take),
    aio.get(CLERK + "/captions/{language}", clerk_captions.lines),
    aio.post(CLERK + "/captions/{language}/remove", clerk_captions.remove),
    aio.post(CLERK + "/captions/{language}/lines/{line}", clerk_captions.correct),
    aio.get(CLERK + "/announcements", announcements.overview),
    aio.get(CLERK + "/picture/{shape:wide|square}.png", announcements.picture),
    aio.get(CLERK + "/items", clerk_items.items),
    aio.post(CLERK + "/items/{item}", clerk_items.record),
    aio.post(CLERK + "/matters", matters.choose),
    aio.post(CLERK + "/votes", votes.call),
    aio.post(CLERK + "/votes/{vote}", votes.record),
    aio.get(CLERK + "/chapters", clerk_chapters.desk),
    aio.post(CLERK + "/chapters/undo", clerk_chapters.undo),
    aio.post(CLERK + "/chapters/{mark}/{change}", clerk_chapters.correct),
    aio.get(CLERK + "/cuts", clerk_cuts.desk),
    aio.post(CLERK + "/cuts", clerk_cuts.cut),
    aio.post(CLERK + "/cuts/again", clerk_cuts.again),
    aio.post(CLERK + "/{verb}", clerk.order),
    aio.get("/moderator", moderator.desk),
    aio.get("/moderator/meetings/{meeting}", moderator.desk),
    aio.get("/chair", moderator.chair),
    aio.get("/chair/meetings/{meeting}", moderator.chair),
    aio.post("/staff/meetings/{meeting}/queue", moderator.arrange),
    aio.post("/staff/meetings/{meeting}/questions/{question}/{verb}", moderator.move_question),
]
