"""People in the studio: a file is looked at before anything happens, and each person with all that they were sent."""

from __future__ import annotations

from tests.support.projects import ProjectFolder
from tests.support.studio_author import Author, database_files

FILE = """\
Adresse mél,Prénom,Ville,Abonné
ana@example.org,Ana,Nice,oui
ben@example.org,Ben,Lyon,non
nobody,Cem,Brest,oui
ana@example.org,Ana,Nice,oui
"""


def test_a_project_without_a_database_has_nobody_and_gets_none_by_looking(
    author: Author, sending_folder: ProjectFolder
) -> None:
    assert author.get("/api/sending/lists") == {"has_database": False, "lists": []}
    assert author.get("/api/sending/people")["total"] == 0
    assert author.get("/api/sending/mailings") == {"mailings": []}
    assert author.client.get("/api/sending/mailings/1").status_code == 404
    assert database_files(sending_folder.root) == []


def test_a_file_is_shown_asked_about_tried_and_then_imported(author: Author, sending_folder: ProjectFolder) -> None:
    dropped = author.drop(FILE, name="membres.csv")
    assert [column["header"] for column in dropped["columns"]] == ["Adresse mél", "Prénom", "Ville", "Abonné"]
    goes_to = [column["goes_to"] for column in dropped["columns"]]
    assert goes_to == ["email", "first_name", "attributes.ville", "attributes.abonne"]
    assert dropped["proposed"] == {"Adresse mél": "email"}
    assert dropped["columns"][2]["values"] == ["Nice", "Lyon", "Brest", "Nice"]
    path = f"/api/sending/files/{dropped['file']}"
    asked = {"list": "members", "new_list": True, "columns": {"Adresse mél": "email"}}

    trial = author.post(f"{path}/dry-run", **asked)
    assert (trial["report"], trial["seen"]) == (None, "")
    (question,) = trial["questions"]
    assert (question["column"], question["values"]) == ("Abonné", [["oui", 3], ["non", 1]])

    asked["values"] = {"Abonné": {"oui": "subscribed", "non": "left"}}
    trial = author.post(f"{path}/dry-run", **asked)
    assert trial["report"]["counts"] == {
        "added": 1,
        "added_pending": 0,
        "added_unsubscribed": 1,
        "left": 0,
        "updated": 0,
        "unchanged": 0,
        "skipped": 1,
        "rejected": 1,
    }
    assert [(row["line"], row["email"]) for row in trial["report"]["skipped"]] == [(5, "ana@example.org")]
    assert [row["line"] for row in trial["report"]["rejected"]] == [4]
    assert "nobody" in author.client.get(f"{path}/rejected.csv").text
    assert database_files(sending_folder.root) == [], "a dry run leaves nothing behind"

    assert author.ask(f"{path}/import", **asked).status_code == 422, "nobody has looked at what would happen"
    report = author.post(f"{path}/import", **asked, seen=trial["seen"])["report"]
    assert report == trial["report"]
    (members,) = author.get("/api/sending/lists")["lists"]
    assert (members["name"], members["confirmed"], members["unsubscribed"]) == ("members", 1, 1)
    person = author.get("/api/sending/person", email="ana@example.org")
    assert (person["first_name"], person["fields"]) == ("Ana", {"ville": "Nice"})
    assert [(one["list"], one["status"]) for one in person["subscriptions"]] == [("members", "confirmed")]
    assert [one["source"] for one in person["consent"]] == ["import of membres.csv"]


def test_an_import_that_would_come_out_otherwise_than_seen_is_refused(author_of_each: Author) -> None:
    author = author_of_each
    author.import_people("email\nana@example.org\n")
    file = author.drop("email\nana@example.org\nben@example.org\n")["file"]
    asked = {"list": "members"}
    seen = author.post(f"/api/sending/files/{file}/dry-run", **asked)["seen"]
    author.post("/api/sending/people", email="ben@example.org", list="members")
    refused = author.ask(f"/api/sending/files/{file}/import", **asked, seen=seen)
    assert refused.status_code == 422
    assert "not what you have seen" in refused.json()["detail"]


def test_a_file_without_a_column_of_addresses_is_shown_so_that_one_can_be_chosen(author: Author) -> None:
    dropped = author.drop("Wer;Wohin\nAna;ana@example.org\n")
    assert dropped["proposed"] == {"Wohin": "email"}
    assert author.drop("Wer;Wohin\nAna;Nizza\n")["proposed"] == {}
    path = f"/api/sending/files/{dropped['file']}/dry-run"
    refused = author.ask(path, list="members", new_list=True)
    assert (refused.status_code, "No column is called email" in refused.json()["detail"]) == (422, True)
    asked = {"list": "members", "new_list": True, "columns": {"Wer": "name", "Wohin": "email"}}
    trial = author.post(path, **asked)
    assert trial["report"]["columns"] == {"Wer": "name", "Wohin": "email"}
    assert trial["report"]["counts"]["added"] == 1
    refused = author.ask(path, **{**asked, "columns": {"Wer": "email", "Wohin": "email"}})
    assert "one of them is" in refused.json()["detail"]


def test_a_file_may_be_larger_than_anything_else_that_is_sent_to_the_studio(author: Author) -> None:
    text = "email,note\n" + "".join(f"reader{n}@example.org,{'x' * 900}\n" for n in range(10_000))
    assert len(text) > 9_000_000
    assert author.drop(text)["columns"][1]["header"] == "note"


def test_somebody_is_found_added_and_taken_off(author: Author) -> None:
    author.import_people()
    assert author.get("/api/sending/people", search="Ana 3", limit=2)["total"] == 11
    first = author.get("/api/sending/people", limit=25)["people"]
    rest = author.get("/api/sending/people", limit=25, offset=25)["people"]
    assert len({one["email"] for one in (*first, *rest)}) == 40
    added = author.post("/api/sending/people", email="new@example.org", list="members", first_name="Zoë")
    assert added == {"fate": "added", "has_effect": True}
    assert author.post("/api/sending/people/leave", email="new@example.org") == {"left": True}
    assert author.post("/api/sending/people", email="new@example.org", list="members")["fate"] == "unsubscribed"


def test_what_is_not_there_is_told_with_what_to_do(author: Author) -> None:
    author.import_people()
    refused = author.ask("/api/sending/people", email="a@example.org", list="membres")
    assert refused.status_code == 404
    assert refused.json()["remedy"] == "name_a_new_list"
    assert refused.json()["remedy_words"] == "If it is to be a new list, say so."
    assert author.ask("/api/sending/people", email="a@", list="members").status_code == 422
    assert author.client.get("/api/sending/person", params={"email": "x@example.org"}).status_code == 404
    gone = author.ask("/api/sending/files/elsewhere/dry-run", list="members")
    assert (gone.status_code, "drop it once more" in gone.json()["detail"]) == (422, True)
