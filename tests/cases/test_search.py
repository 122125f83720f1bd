"""Search shows what the reader may see, finds other forms of a word, and cannot be steered by what is typed."""

import pytest

from portal.cases import search as searching
from portal.cases.highlights import highlighted, stem
from portal.db import db, fulltext
from portal.identity.actors import actor_for
from tests import factories

WORDS = {
    "pt": (
        "Rolamentos com folga",
        "A devolução dos rolamentos saiu ontem",
        "rolamento",
        "devolucao",
    ),
    "es": (
        "Devolución sin etiqueta",
        "Faltan las etiquetas de transporte",
        "etiqueta",
        "devolucion",
    ),
    "it": ("Cuscinetti rumorosi", "Le fatture elettroniche sono respinte", "cuscinetto", "fattura"),
    "en": (
        "Bearings noisy after one shift",
        "The invoices were rejected twice",
        "bearing",
        "invoice",
    ),
}


@pytest.fixture
def world(session):
    cast = factories.make_cast()
    session.flush()
    return cast


def found(who, text, **kwargs):
    result = searching.search(actor_for(who), text, **kwargs)
    return [(hit.ref, hit.message) for hit in result.hits]


def talk(company, ref, body="nothing special", **changes):
    case = factories.make_case(company.account, company.contact_person, ref=ref, **changes)
    factories.make_message(case, company.contact_person, body)
    return case


@pytest.mark.parametrize("language", list(WORDS))
def test_other_forms_and_missing_accents_are_found(world, language):
    subject, body, one, other = WORDS[language]
    talk(world.acme, "C-1", body, subject=subject, language=language)
    searching.catch_up()
    assert ("C-1", False) in found(world.acme.agent, one)
    assert found(world.acme.agent, other)


@pytest.mark.parametrize("text", ["devolução", "DEVOLUCAO", "devolucao folga"])
def test_accents_and_case_do_not_matter(world, text):
    talk(world.acme, "C-1", "A devolução tem folga", language="pt")
    searching.catch_up()
    assert found(world.acme.contact, text) == [("C-1", True)]


def test_all_words_must_be_there_and_a_phrase_as_it_stands(world):
    talk(world.acme, "C-1", "the green pallet broke")
    talk(world.acme, "C-2", "the pallet is green")
    searching.catch_up()
    assert {ref for ref, _ in found(world.acme.agent, "green pallet")} == {"C-1", "C-2"}
    assert found(world.acme.agent, '"green pallet"') == [("C-1", True)]
    assert found(world.acme.agent, "green lorry") == []


@pytest.mark.proves("T2")
def test_nobody_finds_what_they_do_not_see(world):
    acme, globex = world.acme, world.globex
    shared = talk(acme, "C-1", "canary shared")
    factories.make_message(shared, acme.agent, "canary note", internal=True)
    talk(acme, "C-2", "canary secret", confidential=True, subject="canary subject")
    talk(globex, "C-3", "canary elsewhere")
    searching.catch_up()
    assert {ref for ref, _ in found(acme.agent, "canary")} == {"C-1", "C-2"}
    assert found(acme.sponsor, "canary") == [("C-1", True)]
    assert {ref for ref, _ in found(acme.contact, "canary")} == {"C-1", "C-2"}
    assert found(acme.sponsor, "note") == []
    assert found(globex.contact, "canary") == [("C-3", True)]
    assert {ref for ref, _ in found(world.executive, "canary")} == {"C-1", "C-2", "C-3"}


def test_a_person_with_own_reach_finds_only_cases_that_name_them(world):
    acme = world.acme
    person = factories.make_stakeholder(acme.account)
    user = factories.make_user()
    factories.make_grant(
        user, factories.Role.CONTACT, acme.account, reach="own", stakeholder_id=person.id
    )
    talk(acme, "C-1", "canary of a colleague")
    mine = factories.make_case(acme.account, person, ref="C-2")
    factories.make_message(mine, person, "canary of mine")
    searching.catch_up()
    assert found(user, "canary") == [("C-2", True)]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        '" OR "',
        "canary*",
        "NEAR(a b)",
        "words:canary",
        "a AND",
        "-",
        "(",
        ")",
        "canary\0x",
        "\\",
        "%",
        "@a1",
        "{scope}:a1",
        "x" * 300,
        "",
        "  ",
        "!!",
        "a" * 150 + '"',
        "& | !",
        "<->",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ],
)
def test_nothing_typed_is_part_of_the_query(world, text):
    talk(world.acme, "C-1", "canary")
    searching.catch_up()
    searching.search(actor_for(world.acme.contact), text)


@pytest.mark.parametrize("text", ["C-77", "c-77"])
def test_a_reference_is_found_exactly(world, text):
    talk(world.acme, "C-77")
    for who, refs in ((world.acme.contact, ["C-77"]), (world.globex.contact, [])):
        assert [hit.ref for hit in searching.search(actor_for(who), text).exact] == refs


def test_an_address_is_found_in_words_and_as_the_person_who_asked(world):
    talk(world.acme, "C-1", "write to Ana.Lima@acme.test tomorrow")
    talk(world.globex, "C-2")
    searching.catch_up()
    assert found(world.acme.agent, "ana.lima@acme.test") == [("C-1", True)]
    assert [
        hit.ref for hit in searching.search(actor_for(world.acme.agent), "contact@acme.test").exact
    ] == ["C-1"]
    assert not searching.search(actor_for(world.acme.agent), "contact@globex.test").exact


def test_pages_follow_each_other_without_gap_or_repetition(world):
    for number in range(60):
        talk(world.acme, f"C-{number}", "canary words")
    searching.catch_up()
    refs, after = [], None
    for size in (25, 25, 10):
        page = searching.search(actor_for(world.acme.contact), "canary", after=after)
        assert len(page.hits) == size
        refs += [hit.ref for hit in page.hits]
        after = page.next
    assert after is None and len(set(refs)) == 60
    assert refs[0] == "C-59"


def test_the_index_follows_a_case_to_another_account(world):
    case = talk(world.acme, "C-1", "canary moved")
    searching.catch_up()
    for row in [
        case,
        *db.session.scalars(factories.Message.unscoped("test")),
        *db.session.scalars(factories.Participant.unscoped("test")),
    ]:
        row.account_id = world.globex.account.id
    db.session.flush()
    assert found(world.acme.contact, "canary") == []
    searching.reindex([case.id])
    assert found(world.globex.contact, "canary") == [("C-1", True)]
    assert found(world.acme.contact, "canary") == []


def test_a_rebuild_gives_the_same_answers(world):
    talk(world.acme, "C-1", "canary words")
    searching.catch_up()
    before = found(world.acme.contact, "canary")
    searching.rebuild()
    searching.catch_up()
    assert found(world.acme.contact, "canary") == before == [("C-1", True)]


def test_new_entries_join_at_once(world):
    case = talk(world.acme, "C-1", "canary")
    message = factories.make_message(case, world.acme.agent, "another canary")
    fulltext.add(case_ids=[case.id], message_ids=[message.id])
    assert found(world.acme.contact, "canary") == [("C-1", True)]


@pytest.mark.proves("T30")
def test_snippets_are_escaped_and_marked():
    marked = highlighted("<b>Devolução</b> de 3 caixas", ("devolucao",))
    assert marked == "&lt;b&gt;<mark>Devolução</mark>&lt;/b&gt; de 3 caixas"
    long = "x " * 400 + "rolamentos com folga" + " y" * 400
    part = highlighted(long, ("rolamento",), around=100)
    assert "<mark>rolamentos</mark>" in part and len(part) < 250 and part.startswith("… ")


@pytest.mark.parametrize(
    ("word", "begin"),
    [
        ("rolamentos", "rolament"),
        ("devoluções", "devolu"),
        ("cuscinetti", "cuscinett"),
        ("C-1042", ""),
        ("no", ""),
    ],
)
def test_forms_share_a_beginning(word, begin):
    assert stem(word) == begin
