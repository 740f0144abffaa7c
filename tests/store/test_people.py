from datetime import timedelta

import pytest
from sqlalchemy import select

from tagline.exceptions import ConflictError, InputError
from tagline.store import Attempts, Bearers, Links, Metadata, People, TooManyAttemptsError, bearers
from tagline.store.people_records import ROLES, may
from tagline.store.people_tables import (
    AttemptRow,
    InvitationRow,
    SessionRow,
    TokenRow,
)

LATER = timedelta(days=8)


@pytest.fixture
def store(address):
    with Metadata(address, "speech") as store:
        yield store


@pytest.fixture
def people(store):
    return People(store)


@pytest.fixture
def ann(people):
    return people.add("Ann", "admin", "hash")


def move_back(store, kind, *columns, by=LATER):
    """Make all rows of a table older."""
    with store.writing() as session:
        for row in session.scalars(select(kind)):
            for name in columns:
                setattr(row, name, getattr(row, name) - by)


def test_a_role_includes_those_before_it():
    for high, role in enumerate(ROLES):
        assert [may(role, needed) for needed in ROLES] == [low <= high for low in range(len(ROLES))]


def test_who_is_known_by_name_only_cannot_log_in(people):
    first = people.person("  Bob   Lee ")
    assert people.person("Bob Lee") == first
    bob = people.get(first)
    assert (bob.name, bob.role, bob.can_log_in) == ("Bob Lee", "annotator", False)


def test_a_name_is_one_whatever_the_form_of_its_letters(people):
    assert people.person("Zo\u00eb") == people.person("Zoe\u0308")


def test_who_was_known_by_name_gets_an_account_with_the_same_key(people):
    known = people.person("Bob")
    made = people.add("bob", "editor", "hash")
    assert (made.id, made.name, made.role, made.can_log_in) == (known, "Bob", "editor", True)


def test_two_people_are_not_named_alike(people, ann):
    with pytest.raises(ConflictError, match="a person 'Ann' already"):
        people.add("ANN", "viewer", "other")
    assert people.find("aNN") == ann


@pytest.mark.parametrize("name", ["", "   ", "a\nb\x00", "x" * 101, None])
def test_what_is_no_name(people, name):
    with pytest.raises(InputError, match="A person's name has 1 to 100 printable characters"):
        people.person(name)


def test_somebody_who_is_not_there(people, ann):
    with pytest.raises(InputError, match=r"There is no person 'An'\. Did you mean 'Ann'\?"):
        people.person("An", create=False)
    with pytest.raises(InputError, match="no person number 99"):
        people.get(99)
    with pytest.raises(InputError, match="There is no role 'boss'"):
        people.add("Eve", "boss", "hash")


def test_the_last_administrator_stays(people, ann):
    people.person("Bob")
    for change in (lambda: people.disable(ann.id), lambda: people.change_role(ann.id, "editor")):
        with pytest.raises(InputError, match="This is the last administrator"):
            change()
    assert people.get(ann.id) == ann
    people.add("Eve", "admin", "hash")
    people.disable(ann.id)
    assert not people.get(ann.id).can_log_in
    people.enable(ann.id)
    assert people.get(ann.id).can_log_in


@pytest.mark.needs("postgresql")
def test_projects_do_not_share_people(postgresql, new_database):
    address = new_database(postgresql)
    with Metadata(address, "speech") as one, Metadata(address, "images") as two:
        ann = People(one).add("Ann", "admin", "hash")
        secret = Bearers(one).begin_session(ann.id)
        token = Bearers(one).make_token(ann.id, "laptop")
        link = Links(one).invite("admin")
        assert People(two).all == []
        assert Bearers(two).session_person(secret) is None
        assert Bearers(two).token_person(token) is None
        assert Links(two).invitations() == []
        with pytest.raises(InputError, match="does not work"):
            Links(two).accept(link, "Eve", "hash")
        assert Bearers(one).key() != Bearers(two).key()


def test_the_log_says_who_did_what_the_newest_first(people, ann):
    people.log("login", person=ann.id)
    people.log("import", detail={"run": "ü"})
    assert [(each.what, each.person, each.detail) for each in people.audit()] == [
        ("import", None, {"run": "ü"}),
        ("login", "Ann", {}),
    ]
    assert len(people.audit(limit=1)) == 1


def test_a_session_lasts_a_week_without_a_visit_and_a_month_at_all(store, ann):
    known = Bearers(store)
    secret = known.begin_session(ann.id)
    assert known.session_person(secret) == ann
    assert known.session_person("another") is None
    move_back(store, SessionRow, "seen_at", by=bearers.IDLE - timedelta(hours=1))
    assert known.session_person(secret) == ann  # and was seen
    move_back(store, SessionRow, "seen_at", by=bearers.IDLE - timedelta(hours=1))
    assert known.session_person(secret) == ann
    move_back(store, SessionRow, "created_at", by=bearers.LONGEST)
    assert known.session_person(secret) is None
    secret = known.begin_session(ann.id)
    move_back(store, SessionRow, "seen_at", by=bearers.IDLE)
    assert known.session_person(secret) is None


def test_sessions_end(store, people, ann):
    known = Bearers(store)
    one, two, three = (known.begin_session(ann.id) for _ in range(3))
    known.end_session(one)
    assert (known.session_person(one), known.session_person(two)) == (None, ann)
    people.set_password(ann.id, "new")
    assert known.session_person(two) is known.session_person(three) is None


def test_a_disabled_person_has_no_sessions_and_tokens(store, people, ann):
    people.add("Eve", "admin", "hash")
    known = Bearers(store)
    secret, token = known.begin_session(ann.id), known.make_token(ann.id, "laptop")
    people.disable(ann.id)
    people.enable(ann.id)
    assert known.session_person(secret) is known.token_person(token) is None


def test_no_secret_stands_in_the_database(store, ann):
    known, links = Bearers(store), Links(store)
    secrets = [
        known.begin_session(ann.id),
        known.make_token(ann.id, "laptop"),
        links.invite("viewer"),
    ]
    with store.reading() as session:
        for kind, secret in zip((SessionRow, TokenRow, InvitationRow), secrets, strict=True):
            row = session.scalars(select(kind)).one()
            assert secret not in [str(value) for value in vars(row).values()]


def test_tokens(store, people, ann):
    known = Bearers(store)
    eve = people.add("Eve", "viewer", "hash")
    token = known.make_token(ann.id, "laptop", timedelta(days=2))
    other = known.make_token(ann.id, "for ever")
    assert known.token_person(token) == known.token_person(other) == ann
    assert [each.name for each in known.tokens(ann.id)] == ["for ever", "laptop"]
    assert known.tokens(ann.id)[1].last_used_at is not None
    known.delete_token(eve.id, known.tokens(ann.id)[0].id)
    assert known.token_person(other) == ann
    known.delete_token(ann.id, known.tokens(ann.id)[0].id)
    assert known.token_person(other) is None
    late = known.make_token(ann.id, "old", timedelta(seconds=-1))
    assert known.token_person(late) is None


def test_a_link_works_once(store, people):
    links = Links(store)
    secret = links.invite("admin", kind="first")
    assert links.invitation(secret).role == "admin"
    ann = links.accept(secret, "Ann", "hash")
    assert ann == people.find("ann")
    assert links.has_administrator()
    for use in (lambda: links.accept(secret, "Eve", "hash"), lambda: links.invitation(secret)):
        with pytest.raises(InputError, match="This link does not work: it was used already"):
            use()


def test_a_link_that_was_refused_still_works(store, people, ann):
    links = Links(store)
    secret = links.invite("viewer", invited_by=ann.id)
    with pytest.raises(ConflictError):
        links.accept(secret, "ann", "hash")
    assert links.accept(secret, "Bob", "hash").role == "viewer"


def test_links_end(store, people, ann):
    links = Links(store)
    old, withdrawn, open_ = (links.invite("viewer", invited_by=ann.id) for _ in range(3))
    links.withdraw(links.invitations()[1].id)
    with store.writing() as session:
        session.get(InvitationRow, 1).expires_at -= LATER
    for secret in (old, withdrawn):
        with pytest.raises(InputError, match="does not work"):
            links.accept(secret, "Bob", "hash")
    (left,) = links.invitations()
    assert (left.kind, left.role, left.invited_by) == ("invite", "viewer", "Ann")
    assert links.invitation(open_).role == "viewer"


def test_a_second_first_link_takes_the_place_of_the_one_before(store):
    links = Links(store)
    one, two = links.invite("admin", kind="first"), links.invite("admin", kind="first")
    with pytest.raises(InputError, match="does not work"):
        links.accept(one, "Ann", "hash")
    links.accept(two, "Ann", "hash")
    three = links.invite("admin", kind="first")
    with pytest.raises(InputError, match="has an administrator already"):
        links.accept(three, "Eve", "hash")


def test_a_new_password_by_a_link_logs_out_everywhere(store, people, ann):
    known, links = Bearers(store), Links(store)
    secret, bob = known.begin_session(ann.id), people.person("Bob")
    link = links.invite("admin", kind="reset", person=ann.id)
    links.invite("annotator", kind="reset", person=bob)  # leaves Ann's alone
    assert links.invitation(link).person == "Ann"
    assert links.accept(link, "another name", "new").password_hash == "new"
    assert people.get(ann.id).name == "Ann"
    assert known.session_person(secret) is None


def test_a_link_to_enter_sets_no_password(store, people, ann):
    links = Links(store)
    link = links.invite("admin", kind="enter", person=ann.id)
    with pytest.raises(InputError, match="for another purpose"):
        links.accept(link, "Eve", "hash")
    with pytest.raises(InputError, match="for another purpose"):
        links.enter(links.invite("viewer"))
    assert links.enter(link) == ann
    with pytest.raises(InputError, match="does not work"):
        links.enter(link)


def test_attempts_are_limited_by_name_and_address(store):
    attempts = Attempts(store)
    for _ in range(5):
        attempts.enter(" ANN ", "1.1.1.1")
    with pytest.raises(TooManyAttemptsError, match="wait a quarter of an hour"):
        attempts.enter("ann", "1.1.1.1")
    attempts.enter("ann", "2.2.2.2")  # a person is not kept out by somebody elsewhere
    attempts.enter("bob", "1.1.1.1")
    move_back(store, AttemptRow, "at", by=timedelta(minutes=16))
    attempts.enter("ann", "1.1.1.1")


def test_attempts_from_many_addresses_and_for_many_names(store):
    attempts = Attempts(store)
    for number in range(20):
        attempts.enter("ann", f"1.1.1.{number}")
    with pytest.raises(TooManyAttemptsError):
        attempts.enter("ann", "9.9.9.9")
    for number in range(50):
        attempts.enter(f"name {number}", "8.8.8.8")
    with pytest.raises(TooManyAttemptsError):
        attempts.enter("yet another", "8.8.8.8")


def test_a_right_password_forgets_the_attempts(store):
    attempts = Attempts(store)
    for _ in range(4):
        attempts.enter("ann", "1.1.1.1")
    attempts.succeeded("Ann", "1.1.1.1")
    for _ in range(5):
        attempts.enter("ann", "1.1.1.1")


def test_the_key_of_cookies_is_made_once(store):
    assert Bearers(store).key() == Bearers(store).key()
    assert len(Bearers(store).key()) == 64
