"""What a clerk should know of a network before the broadcast goes there: what it needs on its side, how long its key
lives, and what becomes of the recording there."""

from dataclasses import dataclass

from web.i18n import N_


@dataclass(frozen=True)
class About:
    """Three sentences; an empty one says nothing."""

    needs: str
    key: str = ""
    remark: str = ""


_YOUTUBE = About(
    N_("The channel must be allowed to go live; the first time that takes YouTube up to 24 hours."),
    N_("The stream key stays the same until somebody resets it."),
    N_("Without a channel that is connected to Tribune, the broadcast there may begin as soon as something is sent."),
)

NETWORKS: dict[str, About] = {
    "youtube": _YOUTUBE,
    "youtube-backup": _YOUTUBE,
    "youtube-hls": About(
        N_("Make a stream key of its own in YouTube Studio, with HLS as its protocol: no other key works."),
        N_("The stream key stays the same until somebody resets it."),
        N_("Viewers there see some seconds later than by the usual way, but lose nothing when the network fails."),
    ),
    "twitch": About(
        N_("Nothing has to be prepared or pressed there."),
        N_("The stream key stays the same until somebody resets it."),
        N_("It is live there as soon as something is sent, for up to 48 hours."),
    ),
    "facebook": About(
        N_("The page needs 100 followers and the account 60 days. Create the live video there, and press “Go live”."),
        N_("Take the persistent key: any other is good for 24 hours until it is used, and for 8 hours after."),
        N_("Facebook deletes recordings of live videos after 30 days: it is no archive."),
    ),
    "linkedin": About(
        N_("LinkedIn must have allowed the page to go live. Create the event there, and press “Go live” in it."),
        N_("Address and key are new for each event: copy both before the meeting."),
    ),
    "x": About(
        N_("A Premium account is needed. When something arrives, somebody must press “Go live” in X's Live Studio."),
        N_("The key belongs to a source in Live Studio and can be used again."),
    ),
    "instagram": About(
        N_("A public account with 1,000 followers is needed. Open Live Producer there, and press “Go live”."),
        N_("The key is new each time: copy it shortly before the meeting."),
        N_("Instagram may end a live video after an hour, or after four."),
    ),
    "tiktok": About(
        N_("The account needs 1,000 followers, its owner 18 years, and TikTok must have given it a stream key."),
        N_("Make the key less than an hour before the meeting; it is good for one broadcast."),
        N_("End the broadcast at TikTok as well, once the meeting is over."),
    ),
    "peertube": About(
        N_("Create a permanent live there: any other one ends at the first interruption."),
        N_("The key of a permanent live stays the same."),
    ),
    "owncast": About(
        N_("The server must run before the meeting; it is live there as soon as something is sent."),
        N_("The key stays the same until somebody changes it in Owncast's settings."),
    ),
}
