import pytest

from tagline.exceptions import InputError
from tagline.web.passwords import check_password, fits, hash_password

PASSWORD = "a horse and a battery"


def test_passwords():
    known = hash_password(PASSWORD, "ann")
    assert PASSWORD not in known
    assert known.startswith("$argon2id$")
    assert fits(PASSWORD, known)
    assert not fits("x", known)
    assert not fits("x" * 2000, known)
    assert not fits(PASSWORD, None)
    assert not fits(PASSWORD, "no hash")
    for bad in ("short", "aaaaaaaaaaaaa", "x1" * 600, "Ann Lee the 1st"):
        with pytest.raises(InputError, match="A password"):
            check_password(bad, "ann lee the 1st")
