"""How many connections and files the system lets this process have open: each viewer is one."""

import logging
import resource

log = logging.getLogger(__name__)

FOR_THE_REST = 1000
"""Not for viewers: pages, players, segments, the database, ffmpeg."""
ENOUGH = 100_000


def raise_limit() -> int:
    """Take as many as the system allows, and say so where that is few. The limit now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    limit = ENOUGH if soft == resource.RLIM_INFINITY else soft
    if limit < ENOUGH // 5:
        log.warning("the system allows %d open files: room for %d viewers (LimitNOFILE)", limit, viewers(limit))
    return limit


def viewers(limit: int) -> int:
    """How many citizens may be connected at once, of so many open files."""
    return max(limit // 2, limit - FOR_THE_REST)
