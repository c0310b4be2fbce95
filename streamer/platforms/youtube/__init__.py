"""YouTube by its Data API (v3): what a stream key alone cannot know or do. Names are Google's own.

`oauth` gets the consent, `tokens` keeps it, `client` calls, `answers` reads what comes back.
"""
