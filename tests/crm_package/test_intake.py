from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from crm_package.handlers.intake import acknowledge, attach_request, join_request, normalise_request

RAW = {
    "name": "  Demo Buyer ",
    "company": "Example Trading Ltd (demo)",
    "email": " Demo.Buyer@Trading.Example.COM ",
    "phone": "020 7946 0101",
    "country": "United Kingdom",
    "industry": "Wholesale and retail",
    "company_size": "medium",
    "subject": "Quote for scanners",
    "text": "Please send a price, see https://trading.example.com",
    "channel": "web",
    "budget": Decimal("12000"),
    "timeframe_days": Decimal(30),
}


def normalised(desk: Any, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    answer = desk.run(normalise_request, **(RAW | given))
    return answer["request"], answer["signals"]


def test_brings_everything_into_one_spelling(desk: Any) -> None:
    request, signals = normalised(desk)
    assert (request["name"], request["email"], request["phone"]) == (
        "Demo Buyer",
        "demo.buyer@trading.example.com",
        "+442079460101",
    )
    assert (request["country"], request["industry"], request["language"]) == ("GB", "trade", "en")
    assert (request["phone_key"], request["name_key"], request["email_domain"]) == (
        "442079460101",
        "buyer demo | example trading",
        "trading.example.com",
    )
    assert (request["received_at"], request["budget"], request["timeframe_days"]) == (desk.now, Decimal("12000"), 30)
    assert signals["links"] == 1


def test_the_request_can_become_a_lead_as_it_is(desk: Any) -> None:
    request, _ = normalised(desk)
    assert desk.records.create("lead", request)["subject"] == "Quote for scanners"


def test_keeps_what_it_cannot_read_in_the_text(desk: Any) -> None:
    request, _ = normalised(
        desk, email="demo-at-example.com", phone="ask for Demo", budget="a lot", industry="alchemy", text="Hello"
    )
    assert (request["email"], request["phone"], request["budget"], request["industry"]) == (None, None, None, None)
    assert request["text"].splitlines() == [
        "Hello",
        "E-mail: demo-at-example.com",
        "Phone: ask for Demo",
        "Budget: a lot",
        "Industry: alchemy",
    ]


def test_finds_a_subject_when_none_was_given(desk: Any) -> None:
    assert normalised(desk, subject=" ")[0]["subject"] == "Please send a price, see https://trading.example.com"
    assert normalised(desk, subject=None, text=None)[0]["subject"] == "Example Trading Ltd (demo)"


def test_reads_an_almost_empty_request(desk: Any) -> None:
    request = desk.run(normalise_request)["request"]
    assert request["subject"] == "?"
    assert request["channel"] == "api"
    assert request["received_at"] == desk.now


def test_survives_values_of_the_wrong_kind(desk: Any) -> None:
    request, _ = normalised(
        desk, name=Decimal(12), company=["a"], text={"a": 1}, email=True, timeframe_days="soon", received_at="x"
    )
    assert request["name"] == "12"
    assert request["company"] is None
    assert request["email"] is None
    assert request["received_at"] == desk.now


def test_cuts_texts_to_what_a_field_holds(desk: Any) -> None:
    request, _ = normalised(desk, name="x" * 400, text="y" * 60_000)
    assert (len(request["name"]), len(request["text"])) == (250, 50_000)


def test_keeps_the_time_the_request_was_received_at(desk: Any) -> None:
    moment = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert normalised(desk, received_at=moment)[0]["received_at"] == moment


def test_names_campaign_and_product_by_their_codes(desk: Any) -> None:
    campaign = desk.records.create("campaign", {"code": "DEMO-FAIR", "name": "Demo fair"})
    product = desk.records.create(
        "product", {"sku": "DEMO-EQ-1", "name": "Demo Scanner", "kind": "goods", "product_group": "equipment"}
    )
    request, signals = normalised(desk, campaign="DEMO-FAIR", product="DEMO-EQ-1")
    assert request["campaign"] == campaign["id"]
    assert request["product_group"] == "equipment"
    assert (signals["product"], signals["wanted"]) == (product["id"], "Demo Scanner")


def test_attaches_the_wanted_product_with_its_price(desk: Any) -> None:
    desk.records.create("product", {"sku": "DEMO-EQ-1", "name": "Demo Scanner", "kind": "goods", "price": Decimal(320)})
    request, signals = normalised(desk, product="Demo Scanner", quantity=Decimal(20))
    lead = desk.records.create("lead", request)
    desk.run(attach_request, lead_id=lead["id"], request=request, signals=signals)
    [line] = desk.records.find("lead_line")
    assert (line["name"], line["quantity"], line["est_price"]) == ("Demo Scanner", 20, 320)
    [touchpoint] = desk.records.find("touchpoint")
    assert (touchpoint["kind"], touchpoint["lead"], touchpoint["channel"]) == ("form", lead["id"], "web")


def test_keeps_a_wish_that_is_not_in_the_catalogue(desk: Any) -> None:
    request, signals = normalised(desk, product="A flying carpet")
    lead = desk.records.create("lead", request)
    desk.run(attach_request, lead_id=lead["id"], request=request, signals=signals)
    [line] = desk.records.find("lead_line")
    assert (line["name"], line["product"], line["est_price"]) == ("A flying carpet", None, None)


def test_a_second_request_joins_the_lead_and_counts_as_an_answer(desk: Any) -> None:
    request, signals = normalised(desk, channel="phone")
    lead = desk.records.create("lead", request)
    desk.run(join_request, lead_id=lead["id"], request=request, signals=signals)
    [activity] = desk.records.find("activity")
    assert (activity["kind"], activity["direction"], activity["lead"]) == ("call", "in", lead["id"])
    assert [touchpoint["kind"] for touchpoint in desk.records.find("touchpoint")] == ["call"]
    assert desk.published == [("mail.reply", lead["id"], {"text": request["text"]})]
    assert desk.records.notes[0][:3] == ("lead", lead["id"], "request.joined")


def test_the_sender_is_answered_in_the_language_of_the_request(desk: Any) -> None:
    request, _ = normalised(desk, language="ja")
    lead = desk.records.create("lead", request)
    desk.run(acknowledge, lead_id=lead["id"])
    [letter] = desk.records.find("activity")
    assert (letter["status"], letter["direction"], letter["recipient"]) == ("queued", "out", "demo.buyer@trading.example.com")
    assert letter["subject"].startswith("お問い合わせを受け付けました")
    assert lead["number"] in letter["subject"]
