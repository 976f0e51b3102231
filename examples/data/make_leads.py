"""Makes ``leads.csv``: 2,000 messy requests as a fair, a partner or an old system hands them over. The same rows every time.

Run ``python examples/data/make_leads.py`` after a change here. People and firms are made up, and all addresses lie in domains
reserved for examples (RFC 2606, RFC 6761).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROWS = 2_000
SEED = 20_261_122
NEWEST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
COLUMNS = (
    "Ref",
    "Received",
    "Name",
    "Company",
    "E-mail",
    "Phone",
    "Role",
    "Country",
    "Language",
    "Industry",
    "Size",
    "Interested in",
    "Article",
    "Budget",
    "Decision within (days)",
    "Source",
    "Campaign",
    "Subject",
    "Text",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request comes from: how names are written there, and how numbers are dialled."""

    code: str
    spellings: tuple[str, ...]
    language: tuple[str, ...]
    domain: str
    family: tuple[str, ...]
    given: tuple[str, ...]
    firms: tuple[str, ...]
    phone: str


JAPAN = Place(
    "JP",
    ("JP", "Japan", "日本", "japan"),
    ("ja", "日本語", ""),
    "example.jp",
    ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"),
    ("デモ太郎", "デモ花子", "デモ一郎", "デモ美咲", "デモ健"),
    ("株式会社デモ商事{:03d}", "デモ物流{:03d}株式会社", "有限会社デモ工業{:03d}", "（株）デモ製作所{:03d}"),
    "03-0{0:03d}-0{1:03d}",
)
RUSSIA = Place(
    "RU",
    ("RU", "Россия", "Russia", "РФ"),
    ("ru", "Русский", ""),
    "example.org",
    ("Иванов", "Петрова", "Смирнов", "Кузнецова", "Попов", "Соколова", "Лебедев", "Новикова"),
    ("Демо", "Демьян Демо", "Дарья Демо", "Денис Демо"),
    ("ООО «Пример-{:03d}»", "АО «Демо Логистика {:03d}»", "ИП Демо {:03d}", 'ООО "Демо Торг {:03d}"'),
    "8 (495) 0{0:03d}-{1:03d}",
)
BRITAIN = Place(
    "GB",
    ("GB", "United Kingdom", "UK", "England"),
    ("en", "English", ""),
    "example.com",
    ("Smith", "Jones", "Brown", "Taylor", "Walker", "O'Neill", "Wright-Hall", "Green"),
    ("Demo", "Dana Demo", "Dylan Demo", "Daisy Demo"),
    ("Example Trading {:03d} Ltd (demo)", "Demo Parts {:03d} plc", "Demo Freight {:03d} Limited", "Example & Demo {:03d} LLP"),
    "020 7946 0{0:03d}",
)
GERMANY = Place(
    "DE",
    ("DE", "Germany", "Deutschland"),
    ("en", "other", ""),
    "example.net",
    ("Müller", "Schmidt", "Weiß", "Fischer", "Krüger"),
    ("Demo", "Dora Demo", "Detlef Demo"),
    ("Demo Maschinen {:03d} GmbH", "Beispiel Handel {:03d} AG", "Demo Bau {:03d} GmbH & Co. KG"),
    "+49 30 23125 {0:03d}",
)
PLACES = (JAPAN, JAPAN, JAPAN, RUSSIA, RUSSIA, BRITAIN, BRITAIN, GERMANY)

ROLES = ("owner", "Director", "manager", "specialist", "Purchasing", "購買担当", "Директор", "", "")
INDUSTRIES = (
    "manufacturing",
    "Wholesale and retail",
    "運輸・物流",
    "Торговля",
    "it",
    "construction",
    "Finance and insurance",
    "other",
    "",
    "",
    "",
)
SIZES = ("micro", "small", "medium", "large", "10–49 people", "250名以上", "", "", "")
GROUPS = ("software", "Equipment", "サービス", "Обучение", "service", "", "", "")
ARTICLES = ("DEMO-SW-1", "DEMO-EQ-1", "DEMO-SV-1", "DEMO-TR-1", "", "", "", "", "", "", "", "")
BUDGETS = (
    *("500", "900", "1500", "4800", "12000", "12000.50", "25000", "60000"),
    *("12,000", "¥25 000", "4.800,00", "€ 12.000,50", "6400 USD"),
    *("",) * 9,
)
DAYS = ("7", "14", "30", "45", "60", "90", "180", "365", "", "", "", "", "")
SOURCES = ("Exhibition", "event", "Partner", "紹介", "campaign", "search", "", "")
SUBJECTS = {
    "JP": ("見積をお願いします", "製品の資料請求", "デモを希望します", "倉庫の入出庫管理について", "折り返しご連絡ください"),
    "RU": (
        "Прошу коммерческое предложение",
        "Нужна демонстрация",
        "Вопрос по оборудованию",
        "Перезвоните, пожалуйста",
        "Обучение персонала",
    ),
    "GB": (
        "Quote for hand scanners",
        "Question about the planning software",
        "We would like a demo",
        "Please call me back",
        "Training for ten people",
    ),
    "DE": ("Price for 20 scanners", "Information material", "Demo for our warehouse team", "Partner programme"),
}
TEXTS = {
    "JP": ("現在、手作業で在庫を管理しています。", "来月中に決めたいと考えています。", "予算は検討中です。", ""),
    "RU": ("Сейчас ведём учёт вручную.", "Хотим решить в этом месяце.", "Бюджет ещё обсуждаем.", ""),
    "GB": ("We still do this by hand.", "We would like to decide this month.", "Our budget is not fixed yet.", ""),
    "DE": ("We still do this by hand.", "Please send us the price list first.", ""),
}

Row = dict[str, str]


def rows(count: int = ROWS, seed: int = SEED) -> Iterator[tuple[Row, str | None]]:
    """Each row with the name of the column that makes it unusable, or None for a row that is good."""
    chance = random.Random(seed)  # noqa: S311 - made-up data, not a secret
    earlier: list[Row] = []
    for index in range(1, count + 1):
        row = _again(chance, earlier) if earlier and _often(chance, 12) else _fresh(chance, index)
        row |= {"Ref": f"DEMO-{index:05d}", "Received": _received(chance)}
        earlier.append(dict(row))
        yield _spoiled(chance, row)


def write(target: Path) -> None:
    """Write the file."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row, _ in rows())


def _fresh(chance: random.Random, index: int) -> Row:
    place = chance.choice(PLACES)
    number = chance.randrange(1, 400)
    family, given = chance.choice(place.family), chance.choice(place.given)
    mailbox = f"demo{index:04d}@demo{number:03d}.{place.domain}"
    phone = place.phone.format(chance.randrange(100, 1_000), chance.randrange(100, 1_000))
    return {
        "Name": _name(chance, place, family, given),
        "Company": place.firms[number % len(place.firms)].format(number) if _often(chance, 85) else "",
        "E-mail": _messy(chance, mailbox) if _often(chance, 92) else "",
        "Phone": phone if _often(chance, 80) or place is BRITAIN else "",
        "Role": chance.choice(ROLES),
        "Country": chance.choice(place.spellings),
        "Language": chance.choice(place.language),
        "Industry": chance.choice(INDUSTRIES),
        "Size": chance.choice(SIZES),
        "Interested in": chance.choice(GROUPS),
        "Article": chance.choice(ARTICLES),
        "Budget": chance.choice(BUDGETS),
        "Decision within (days)": chance.choice(DAYS),
        "Source": chance.choice(SOURCES),
        "Campaign": chance.choice(("DEMO-FAIR", "", "")),
        "Subject": chance.choice(SUBJECTS[place.code]),
        "Text": chance.choice(TEXTS[place.code]),
    }


def _often(chance: random.Random, percent: int) -> bool:
    return chance.randrange(100) < percent


def _again(chance: random.Random, earlier: list[Row]) -> Row:
    """The same person once more: word for word, from another address, or with a slip of the pen in the name."""
    row = dict(chance.choice(earlier[-400:]))
    kind = chance.randrange(3)
    if kind == 1 and row["Phone"] and row["Name"]:
        row["E-mail"] = f"second.{row['E-mail'].strip().lower()}" if row["E-mail"] else ""
    elif kind == 2 and len(row["Name"]) > 4:
        cut = chance.randrange(1, len(row["Name"]) - 1)
        row["Name"] = row["Name"][:cut] + row["Name"][cut + 1 :]
    return row


def _name(chance: random.Random, place: Place, family: str, given: str) -> str:
    written = f"{family} {given}" if place is not BRITAIN or _often(chance, 20) else f"{given} {family}"
    return chance.choice(
        (written, written, written, f"  {written} ", written.upper(), f"{written} 様" if place is JAPAN else written, "")
    )


def _messy(chance: random.Random, address: str) -> str:
    return chance.choice((address, address, address.upper(), f" {address} ", address.capitalize()))


def _received(chance: random.Random) -> str:
    moment = NEWEST - timedelta(minutes=chance.randrange(60 * 24 * 90))
    spellings = ("%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%dT%H:%M+09:00", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%Y年%m月%d日", "")
    return moment.strftime(chance.choice(spellings))


def _spoiled(chance: random.Random, row: Row) -> tuple[Row, str | None]:
    """Eight rows in a hundred get a fault that nobody can read around; a row without any way to answer is at fault as well."""
    if _often(chance, 8):
        column, value = chance.choice(
            (
                ("E-mail", "demo-at-example.com"),
                ("E-mail", "demo@@example.com"),
                ("Received", "next Tuesday"),
                ("Received", "03/04/2026"),
                ("Received", "2026-02-31 10:00"),
                ("Budget", "a lot"),
                ("Budget", "12 тыс. руб."),
                ("Decision within (days)", "soon"),
                ("Ref", ""),
            )
        )
        return row | {column: value}, column
    return row, None if row["E-mail"] or row["Phone"] else "E-mail"


if __name__ == "__main__":
    write(Path(__file__).with_name("leads.csv"))
