"""The command `tribune`: check the configuration, add staff and API tokens, serve. A mistake gets a sentence."""

import argparse
import asyncio
import getpass
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from streamer.config import Config, load
from streamer.config_errors import ConfigErrors
from streamer.council.errors import Invalid, Unknown
from streamer.council.roles import STAFF, Role
from streamer.media.binary import FfmpegMissing
from streamer.store.accounts import Account, Accounts, new_api_token
from streamer.store.database import Database, DatabaseUnavailable
from streamer.store.folder import FolderInUse

T = TypeVar("T")
BAD_CONFIG = 2
FAILED = 1
INTERRUPTED = 130

SENTENCES = {
    "name_taken": "there is an account {name} already; `tribune account password {name}` gives it a new password",
    "name_not_allowed": "a name has 1 to 64 letters, digits or . _ @ - and begins with a letter or digit",
    "role_needs_no_account": "citizens need no account",
    "password_too_short": "the password needs at least {least} characters",
    "password_too_long": "the password has more than {most} characters",
}


class Abort(Exception):
    """The command cannot go on; the message says why."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 a mistake in the call or the configuration."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        return code
    except ConfigErrors as errors:
        count = len(errors.mistakes)
        print(f"{arguments.config}: {count} mistake{'s' * (count > 1)}\n{errors}", file=sys.stderr)
        return BAD_CONFIG
    except Invalid as invalid:
        for code_, values in invalid.mistakes.values():
            print(SENTENCES.get(code_, code_).format(**values), file=sys.stderr)
    except Unknown as unknown:
        print(f"there is no {unknown.what} {unknown.id}", file=sys.stderr)
    except (Abort, DatabaseUnavailable, FfmpegMissing, FolderInUse) as error:
        print(error, file=sys.stderr)
    except OSError as error:  # the port is taken, the folder cannot be written
        print(f"cannot go on: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tribune", description="The public gallery of a council chamber.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "serve", _serve, "start the service")
    _command(commands, "check", _check, "tell all mistakes of the configuration at once")
    doctor = _command(commands, "doctor", _doctor, "look at everything a meeting needs: ffmpeg, camera, disk, ways out")
    doctor.add_argument("--live-check", action="store_true", help="try a private broadcast at YouTube, then delete it")
    doctor.add_argument("--report", type=Path, default=Path("tribune-live-check.txt"), help="the live check's report")
    verify = commands.add_parser("verify", help="tell an untouched recording from an edited one")
    verify.add_argument("folder", type=Path, help="a meeting's folder, or a copy of it")
    verify.add_argument("--key", type=Path, help="the council's public key, a file that `tribune key` has printed")
    verify.set_defaults(run=_verify)
    brought = _command(commands, "import", _import, "make a replay of a recording from elsewhere")
    brought.add_argument("video", type=Path, help="the film")
    brought.add_argument("--name", required=True, help="what the meeting is called")
    brought.add_argument("--start", required=True, help="when it began, as 2019-05-20T18:30 on the council's clock")
    brought.add_argument("--marks", type=Path, help="its chapters: a text as for YouTube, CSV, or chapters.json")
    brought.add_argument("--captions", type=Path, help="what was said: WebVTT or SubRip")
    brought.add_argument("--language", help="of the captions; default: the council's first")
    spoken = _command(commands, "transcribe", _transcribe, "write down what is said in a recording")
    spoken.add_argument("meeting", help="its id, as in its page's address")
    spoken.add_argument("--language", help="that is spoken most; default: the council's first")
    _command(commands, "key", _key, "print the public key with which others can check recordings")
    youtube = commands.add_parser("youtube", help="the commune's channel").add_subparsers(
        required=True, metavar="ACTION"
    )
    connect = _command(youtube, "connect", _youtube, "let Tribune plan, start and end broadcasts there")
    connect.add_argument("--device", action="store_true", help="by a code that is typed on any device; no captions")
    connect.add_argument("--other-channel", action="store_true", help="it is another channel than before")
    _command(youtube, "status", _youtube_status, "whether the consent works, and whose the stream key is")
    stream = _command(youtube, "stream", _youtube_stream, "make a stream for this chamber and keep its key in a file")
    stream.add_argument("key_file", type=Path, help="the file to make")
    stream.add_argument("--hls", action="store_true", help='one that takes HLS, for preset = "youtube-hls"')
    stream.add_argument("--take", metavar="TITLE", help="in place of making one: the channel's stream of that title")
    demo = commands.add_parser("demo", help="a council to try, with links that need no password")
    demo.add_argument("--port", type=int, default=8080)
    demo.set_defaults(run=_demo)
    account = commands.add_parser("account", help="people of the staff").add_subparsers(required=True, metavar="ACTION")
    add = _command(account, "add", _add_account, "a new account; asks for its password")
    add.add_argument("name")
    _role(add)
    password = _command(account, "password", _set_password, "a new password for an account")
    password.add_argument("name")
    for command in (add, password):
        command.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    remove = _command(account, "remove", _remove_account, "delete an account")
    remove.add_argument("name")
    _command(account, "list", _list_accounts, "who can sign in")
    token = commands.add_parser("token", help="keys of other programs").add_subparsers(required=True, metavar="ACTION")
    add_token = _command(token, "add", _add_token, "a new API token; it is shown once")
    _role(add_token)
    add_token.add_argument("--label", default="API", help="what it is for")
    _command(token, "list", _list_tokens, "the labels and roles of all tokens")
    remove_token = _command(token, "remove", _remove_token, "revoke the tokens with a label, at once")
    remove_token.add_argument("label")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    explained: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=explained)
    command.add_argument("--config", type=Path, default=Path("config.toml"), help="default: config.toml")
    command.set_defaults(run=run)
    return command


def _role(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", required=True, choices=[role.value for role in STAFF])


def _check(arguments: argparse.Namespace) -> int:
    config = load(arguments.config)
    places = [f"  to      {place.name} ({place.address})" for place in config.destinations]
    picture = f"{config.encoder.width}x{config.encoder.height}, {config.encoder.fps} pictures a second"
    lines = [
        f"{arguments.config} is fine.",
        f"  council {config.council.name}, in {', '.join(config.council.languages)}",
        f"  from    {config.source.parsed.redacted}, {picture}, {config.broadcast.delay_seconds:g} s behind the room",
        *(places or ["  to      its own pages only (no [[destination]])"]),
        f"  pages   {config.web.public_url} (listening on {config.web.host}:{config.web.port})",
        f"  keeps   {config.recordings.folder}",
    ]
    print("\n".join(lines))
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from streamer.cli_doctor import run_doctor, run_live_check

    config = load(arguments.config)
    return run_live_check(config, arguments.report) if arguments.live_check else run_doctor(config)


def _serve(arguments: argparse.Namespace) -> int:
    from streamer.app import serve  # when asked for: the other commands must answer at once

    return serve(load(arguments.config))


def _demo(arguments: argparse.Namespace) -> int:
    from streamer.demo import run

    return run(arguments.port)


def _verify(arguments: argparse.Namespace) -> int:
    from streamer.cli_verify import run_verify

    return run_verify(arguments.folder, arguments.key)


def _import(arguments: argparse.Namespace) -> int:
    from streamer.cli_import import Asked, run_import

    asked = Asked(
        arguments.video, arguments.name, arguments.start, arguments.marks, arguments.captions, arguments.language
    )
    return run_import(load(arguments.config), asked)


def _transcribe(arguments: argparse.Namespace) -> int:
    from streamer.cli_transcribe import run_transcribe

    return run_transcribe(load(arguments.config), arguments.meeting, arguments.language)


def _key(arguments: argparse.Namespace) -> int:
    from streamer.cli_verify import run_key

    return run_key(load(arguments.config).recordings.folder)


def _youtube(arguments: argparse.Namespace) -> int:
    from streamer.cli_youtube import run_connect

    return run_connect(load(arguments.config), device=arguments.device, other_channel=arguments.other_channel)


def _youtube_status(arguments: argparse.Namespace) -> int:
    from streamer.cli_youtube import run_status

    return run_status(load(arguments.config))


def _youtube_stream(arguments: argparse.Namespace) -> int:
    from streamer.cli_youtube import run_stream
    from streamer.platforms.youtube.answers import Ingestion

    ingestion = Ingestion.HLS if arguments.hls else Ingestion.RTMP
    return run_stream(load(arguments.config), arguments.key_file, ingestion=ingestion, take=arguments.take)


def _add_account(arguments: argparse.Namespace) -> int:
    config, password = load(arguments.config), _password(arguments)
    account = _with_accounts(config, lambda to: to.add(arguments.name, Role(arguments.role), password, time.time()))
    print(f"{account.name} can sign in as {account.role}: {config.web.public_url}/sign-in")
    return 0


def _set_password(arguments: argparse.Namespace) -> int:
    config, password = load(arguments.config), _password(arguments)
    _with_accounts(config, lambda accounts: accounts.set_password(arguments.name, password))
    print(f"{arguments.name} has a new password and is signed out everywhere")
    return 0


def _remove_account(arguments: argparse.Namespace) -> int:
    _with_accounts(load(arguments.config), lambda accounts: accounts.remove(arguments.name))
    print(f"{arguments.name} is removed")
    return 0


def _add_token(arguments: argparse.Namespace) -> int:
    token = new_api_token()
    role, label = Role(arguments.role), arguments.label
    _with_accounts(load(arguments.config), lambda accounts: accounts.add_token(token, role, label, time.time()))
    print("Keep it now, it is not shown again:", file=sys.stderr)
    print(token)
    return 0


def _remove_token(arguments: argparse.Namespace) -> int:
    count = _with_accounts(load(arguments.config), lambda accounts: accounts.remove_tokens(arguments.label))
    print(f"{count} token{'s' * (count > 1)} with the label {arguments.label}: revoked")
    return 0


def _list_accounts(arguments: argparse.Namespace) -> int:
    return _print_all(_with_accounts(load(arguments.config), Accounts.listed))


def _list_tokens(arguments: argparse.Namespace) -> int:
    return _print_all(_with_accounts(load(arguments.config), Accounts.tokens))


def _print_all(accounts: Sequence[Account]) -> int:
    for account in accounts:
        print(f"{account.role:<10} {account.name}")
    return 0


def _with_accounts(config: Config, act: Callable[[Accounts], Awaitable[T]]) -> T:
    async def run() -> T:
        database = await Database.open(config.database)
        try:
            return await act(Accounts(database))
        finally:
            await database.close()

    return asyncio.run(run())


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Abort("there is no terminal to type a password on; use --password-stdin")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Abort("the two passwords differ; nothing was changed")
    return first
