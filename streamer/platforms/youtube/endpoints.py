"""Where Google is: five addresses, so that a test can put something else in their place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Endpoints:
    """From Google's OpenID configuration and the discovery document of the YouTube Data API."""

    consent: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"
    device: str = "https://oauth2.googleapis.com/device/code"
    api: str = "https://youtube.googleapis.com"


GOOGLE = Endpoints()
