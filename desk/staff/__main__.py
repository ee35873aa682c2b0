"""Accounts from the command line: `python -m desk.staff create-admin --login … --name …`; for the rest see `--help`.

A password is asked for, or read from standard input or from `WANHAO_NEW_PASSWORD`: arguments are seen by all users of
a machine.
"""

import argparse
import getpass
import sys
from collections.abc import Callable

from pydantic import ValidationError

from common.database import transaction
from common.settings import settings
from desk.errors import Refused
from desk.staff import accounts, passwords, people
from desk.staff.routes import NewPerson, Password


def main() -> int:
    """Carries out one command; the exit status is 1 with a sentence when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m desk.staff", description="Accounts of staff.")
    commands = parser.add_subparsers(required=True)
    for name, carry_out in COMMANDS.items():
        command = commands.add_parser(name, help=carry_out.__doc__)
        command.set_defaults(carry_out=carry_out)
        if name != "list":
            command.add_argument("--login", required=True, type=lambda text: text.strip().lower())
        if name == "create-admin":
            command.add_argument("--name", required=True, help="as colleagues read it")
    given = parser.parse_args()
    try:
        given.carry_out(given)
    except Refused as error:
        print(error.message, file=sys.stderr)
    except ValidationError as error:
        print(*(f"{entry['loc'][0]}: {entry['msg']}" for entry in error.errors()), sep="\n", file=sys.stderr)
    else:
        return 0
    return 1


def create_admin(given: argparse.Namespace) -> None:
    """make an administrator"""
    person = NewPerson(login=given.login, name=given.name, role="admin", password=Password(_new_password()))
    people.add(None, password=person.password.get_secret_value(), **person.dict(exclude={"password"}))


def reset_password(given: argparse.Namespace) -> None:
    """give somebody another password, unlock them, and end their logins"""
    person = _id_of(given.login)
    password = _new_password()
    passwords.refuse_weak(password, given.login)
    people.reset(None, person, passwords.hashed(password))


def unlock(given: argparse.Namespace) -> None:
    """let somebody who was locked out try again"""
    people.release(None, _id_of(given.login))


def show(_: argparse.Namespace) -> None:
    """list everybody"""
    for row in people.listed():
        state = "locked" if row["locked"] else "open" if row["active"] else "closed"
        print(row["login"], row["role"], state, row["name"], sep="\t")


COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "create-admin": create_admin,
    "reset-password": reset_password,
    "unlock": unlock,
    "list": show,
}


def _id_of(login: str) -> int:
    with transaction() as session:
        row = accounts.by_login(session, login)
        if row is None:
            raise Refused(404, "not_found", "person_unknown")
        return int(row.id)


def _new_password() -> str:
    given = settings().new_password
    if given is not None:
        return given.get_secret_value()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    while getpass.getpass("The same again: ") != password:
        print("They differ.", file=sys.stderr)
        password = getpass.getpass("New password: ")
    return password


if __name__ == "__main__":
    sys.exit(main())
