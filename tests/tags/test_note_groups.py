"""Groups of notes: proposals by shared words."""

from hypothesis import given
from hypothesis import strategies as st

from tagline.tags.note_groups import note_groups

texts = st.lists(st.text(st.sampled_from("ab child Engine noise\u00fc "), max_size=30), max_size=12)


@given(texts, st.integers(2, 4))
def test_every_note_stands_in_one_group_at_most_and_groups_are_large_enough(said, least):
    groups = note_groups(list(enumerate(said)), least=least)
    members = [number for group in groups for number in group.notes]
    assert len(members) == len(set(members))
    assert all(len(group.notes) >= least for group in groups)
    assert [len(g.notes) for g in groups] == sorted((len(g.notes) for g in groups), reverse=True)
    for group in groups:
        words = group.name.casefold().split()
        assert all(all(word in said[n].casefold() for word in words) for n in group.notes)


def test_longer_words_that_cover_the_same_name_the_group():
    said = ["car noise outside", "Car noise", "car noise!", "quiet", "dim light", "dim light here"]
    groups = note_groups(list(enumerate(said)))
    assert [(group.name, group.notes) for group in groups] == [
        ("car noise", (0, 1, 2)),
        ("dim light", (4, 5)),
    ]


def test_what_all_notes_say_names_no_group():
    said = ["error engine", "error engine", "error child", "error child", "error dim"]
    assert [group.name for group in note_groups(list(enumerate(said)))] == [
        "error engine",
        "error child",
    ]


def test_other_scripts_are_words_too():
    assert [g.name for g in note_groups([(1, "噪声 大"), (2, "噪声 小"), (3, "光")])] == ["噪声"]
