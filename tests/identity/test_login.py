import pytest

from tests.identity.people import EMAIL, PASSWORD, events, is_in, log_in, make_ana


@pytest.fixture
def ana(app):
    with app.app_context():
        return make_ana()


def test_signing_in_leads_where_one_was_going(app, client, ana):
    sent_away = client.get("/me")
    assert sent_away.headers["Location"] == "/login?next=/me"
    page = client.get("/login?next=/me").text
    assert 'name="next" type="hidden" value="/me"' in page
    answer = client.post("/login", data={"email": "ANA@acme.test ", "password": PASSWORD, "next": "/me"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert is_in(client)
    assert events(app, "SignedIn") == [{"user_id": ana.id}]
    assert client.get("/login").headers["Location"] == "/"
