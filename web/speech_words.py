"""Speech to text, in words: what is missing for it, and why it came to nothing."""

from streamer.council.speech import Readiness, Trouble
from web.i18n import N_

READY = N_("Recordings can be written down after a meeting.")
MISSING: dict[Readiness, str] = {
    Readiness.NOT_SET: N_(
        "No model is named in the configuration, so a machine writes nothing down here. "
        "Where that is wanted, the operator adds one to [speech]."
    ),
    Readiness.NO_EXTRA: N_(
        "A model is named in the configuration, but the program for it is missing. The operator types: pip install "
        '"tribune[transcribe]"'
    ),
    Readiness.NO_MODEL: N_(
        "There is no whole model where the configuration says. The operator puts its folder there (model.bin, "
        "config.json, tokenizer.json and a vocabulary), or corrects the path in [speech]."
    ),
}
TROUBLES: dict[Trouble, str] = {
    Trouble.MODEL_BAD: N_("The model cannot be read. Tell the operator: it must be one for faster-whisper."),
    Trouble.MODEL_ENGLISH: N_("This model knows English only. The operator needs one for several languages."),
    Trouble.NOT_READY: N_("The model, or the program for it, is not there any more. Tell the operator."),
    Trouble.NOTHING_SAID: N_("No voice was heard in this recording."),
    Trouble.FAILED: N_(
        "It could not be written down. The recording is safe; the operator finds the reason in the log."
    ),
}
