"""What the preflight is called on a page: its checks, its outcomes, a sentence for each result, the reasons offered."""

from streamer.council.preflight import Check, Outcome, Reason
from web.i18n import N_
from web.youtube_words import PROBLEMS

CHECKS: dict[Check, str] = {
    Check.MEETING: N_("The right meeting"),
    Check.CAMERA: N_("Picture"),
    Check.VOICE: N_("Voice"),
    Check.SLATE: N_("Still pictures"),
    Check.ENCODER: N_("Speed of this computer"),
    Check.DISK: N_("Room on the disk"),
    Check.DESTINATION: N_("The way out"),
    Check.UPLOAD: N_("Upload"),
    Check.NETWORK: N_("What it takes"),
    Check.PLATFORM: N_("YouTube"),
    Check.CLOCK: N_("Time of day"),
    Check.POWER: N_("Power and sleep"),
}

OUTCOMES: dict[Outcome, str] = {
    Outcome.OK: N_("all right"),
    Outcome.WARN: N_("please look"),
    Outcome.RED: N_("not all right"),
    Outcome.NOT_CHECKED: N_("not checked"),
}

REASONS: dict[Reason, str] = {
    Reason.WORKING_ON_IT: N_("The session must begin; somebody is working on it"),
    Reason.LOOKED_MYSELF: N_("I have looked and listened myself: it is all right"),
    Reason.MICROPHONES_LATER: N_("The microphones are switched on when the session begins"),
    Reason.RECORDING_MATTERS: N_("It is enough that the meeting is recorded"),
    Reason.SCHEDULED: N_("By itself, as planned"),
}

RESULTS: dict[str, str] = {
    "meeting_right": N_("This meeting begins on %(start)s."),
    "meeting_other_day": N_("This meeting is planned for %(start)s, not for today. Is it the one you mean?"),
    "meeting_nearer": N_(
        "Another meeting is at hand: %(name)s, %(start)s. Go back to all meetings and open that one, if you mean it."
    ),
    "meeting_other_runs": N_("Another meeting is using the camera: %(name)s. End that one first."),
    "camera_moves": N_("The camera sends a moving picture."),
    "camera_still": N_(
        "The picture does not move. Ask somebody to walk past the camera; if it still stands still, switch the camera "
        "off and on again."
    ),
    "camera_black": N_("The picture is black. Is the lens cap off, the light on, the right input chosen?"),
    "camera_elsewhere": N_("The camera is in use for another meeting: %(name)s. Check again when that one is over."),
    "source_waited_for": N_(
        "Nothing has arrived from the chamber yet. Switch the camera or its sending device on, then check again."
    ),
    "voice_heard": N_("A voice was heard."),
    "voice_missing": N_(
        "There is sound, but no voice was heard. Say a sentence into the microphone, and check again while you speak."
    ),
    "sound_missing": N_(
        "No sound at all. Switch the microphones and the sound desk on, say a sentence, and check again."
    ),
    "voice_unknown": N_("Not listened to, because there was no picture to look at. See “Picture”."),
    "slate_ready": N_("The pictures for a break, a closed session and a fault are ready."),
    "slate_unreadable": N_(
        "Your own still picture cannot be read. Tribune's own is shown instead. Tell the person who looks after this "
        "computer."
    ),
    "slate_missing": N_(
        "The still pictures cannot be made: the disk may be full. Call the person who looks after this computer."
    ),
    "encoder_fast": N_("This computer makes the picture %(speed)s times as fast as needed."),
    "encoder_slow": N_(
        "This computer makes the picture only %(speed)s times as fast as needed; it may stutter. Close every other "
        "program, and tell the person who looks after this computer."
    ),
    "encoder_fast_upright": N_(
        "This computer makes the picture and the upright one beside it %(speed)s times as fast as needed."
    ),
    "encoder_slow_upright": N_(
        "This computer makes the picture, but with the upright one beside it only %(speed)s times as fast as needed: "
        "the upright one may falter. Send nothing to the networks that show it, or close every other program."
    ),
    "encoder_elsewhere": N_("Not tried, so as not to disturb the meeting that is on the air."),
    "disk_roomy": N_("Room for about %(hours)s hours; a meeting is planned to last %(planned)s."),
    "disk_tight": N_(
        "Room for about %(hours)s hours; a meeting is planned to last %(planned)s. It is enough for today if the "
        "session is not a long one. Ask for more room."
    ),
    "disk_full": N_(
        "Room for only about %(hours)s hours; a meeting is planned to last %(planned)s. Call the person who looks "
        "after this computer: old recordings must be moved away."
    ),
    "destination_reached": N_("It answers. Whether the stream key is right shows only once you are live."),
    "destination_name_unknown": N_(
        "Its name is not known to the network. Is this computer connected to the internet? If it is, call the person "
        "who looks after it."
    ),
    "destination_no_answer": N_(
        "It does not answer. Is this computer connected to the internet? If it is, the network may block the way: call "
        "the person who looks after it."
    ),
    "destination_certificate_other": N_(
        "Somebody else answers in its place: the certificate is for another name. Nothing will be sent there. Call the "
        "person who looks after this computer."
    ),
    "destination_certificate_expired": N_(
        "Its certificate is not valid today. Is the date of this computer right? If it is, call the person who looks "
        "after it."
    ),
    "destination_certificate_untrusted": N_(
        "Its certificate cannot be trusted; somebody may be listening in. Nothing will be sent there. Call the person "
        "who looks after this computer."
    ),
    "destination_no_tls": N_(
        "It answers, but not with a protected connection. The address may be wrong: call the person who looks after "
        "this computer."
    ),
    "destination_no_rtmp": N_(
        "It answers, but does not take broadcasts. The address may be wrong: call the person who looks after this "
        "computer."
    ),
    "destination_application_refused": N_(
        "It answers, but does not know this address. Look at the address the platform shows you, and call the person "
        "who looks after this computer."
    ),
    "upload_enough": N_("%(measured)s Mbit/s get through; %(needed)s are wanted."),
    "upload_tight": N_(
        "%(measured)s Mbit/s get through; %(needed)s are wanted. It may do. Ask others to stop large uploads until the "
        "session is over."
    ),
    "upload_short": N_(
        "Only %(measured)s Mbit/s get through; %(needed)s are wanted. The broadcast will stutter; the recording will "
        "not. Stop other uploads, use a cable in place of wireless, and check again."
    ),
    "upload_not_measured": N_("It does not let itself be measured. Watch “What really runs” once you are live."),
    "upload_unreached": N_("Not measured, because it was not reached."),
    "upload_elsewhere": N_("Not measured, so as not to disturb the meeting that is on the air."),
    "network_fits": N_(
        "%(network)s takes what Tribune makes: %(width)s × %(height)s, %(fps)s pictures a second, %(rate)s Mbit/s."
    ),
    "network_bitrate_over": N_(
        "%(network)s takes at most %(most)s Mbit/s, and Tribune makes %(ours)s. The person who looks after this "
        "computer writes a smaller video_bitrate into the configuration."
    ),
    "network_bitrate_high": N_(
        "%(network)s advises at most %(most)s Mbit/s for this picture, and Tribune makes %(ours)s. A smaller "
        "video_bitrate in the configuration puts it right."
    ),
    "network_bitrate_low": N_(
        "%(network)s advises at least %(least)s Mbit/s for this picture, and Tribune makes %(ours)s: it may look "
        "blurred there. A larger video_bitrate or a smaller picture in the configuration puts it right."
    ),
    "network_key_over": N_(
        "%(network)s wants a key frame at least every %(most)s s, and Tribune makes one every %(ours)s. The person who "
        "looks after this computer writes segment_seconds = 2 into the configuration."
    ),
    "network_key_long": N_(
        "%(network)s advises a key frame every %(most)s s, and Tribune makes one every %(ours)s. A smaller "
        "segment_seconds in the configuration puts it right."
    ),
    "network_fps_high": N_(
        "%(network)s advises at most %(most)s pictures a second, and Tribune makes %(ours)s. A smaller fps in the "
        "configuration puts it right."
    ),
    "network_upright": N_(
        "%(network)s shows upright pictures; the chamber's is wide, and stands there between two bars or cut at its "
        "sides."
    ),
    "platform_consent_ends": N_(
        "Google ends the consent for YouTube on %(start)s. The person who looks after this computer runs before the "
        "meeting: tribune youtube connect"
    ),
    "platform_ready": N_("The broadcast is planned at YouTube and takes what is sent with our key."),
    **PROBLEMS,
    "clock_right": N_("This computer's clock is kept right."),
    "clock_free": N_(
        "Nothing keeps this computer's clock right. Compare it with your own; if it is wrong, call the person who "
        "looks after this computer."
    ),
    "clock_unknown": N_("This computer does not tell whether its clock is kept right. Compare it with your own."),
    "power_safe": N_("This computer does not fall asleep by itself."),
    "power_held": N_("Tribune keeps this computer awake while a meeting is on the air."),
    "power_may_sleep": N_(
        "This computer may fall asleep during the meeting, and Tribune is not allowed to prevent it. Switch sleep off "
        "in its settings, and leave the lid open."
    ),
    "power_battery": N_("This computer runs on its battery (%(percent)s %%). Plug it in."),
    "check_late": N_("This took too long. Check again; if it happens once more, look yourself."),
    "check_failed": N_("This could not be checked. Check again; if it happens once more, look yourself."),
}
"""What was found, and what to do. The camera's own faults stand in `words.PROBLEMS`."""
