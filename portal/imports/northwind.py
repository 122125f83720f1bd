"""The Northwind trading company's CSV files, rewritten as the product's own (docs/import.md)."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from portal.imports.columns import BY_NAME
from portal.imports.problems import Problems, quoted
from portal.imports.reading import read

SOURCE = "northwind"
CENT = Decimal("0.01")
Record = dict[str, str]

# Country as Northwind writes it: ISO code, time zone of its capital or main city, our language.
COUNTRIES = {
    "Argentina": ("AR", "America/Argentina/Buenos_Aires", "es"),
    "Austria": ("AT", "Europe/Vienna", "en"),
    "Belgium": ("BE", "Europe/Brussels", "en"),
    "Brazil": ("BR", "America/Sao_Paulo", "pt"),
    "Canada": ("CA", "America/Toronto", "en"),
    "Denmark": ("DK", "Europe/Copenhagen", "en"),
    "Finland": ("FI", "Europe/Helsinki", "en"),
    "France": ("FR", "Europe/Paris", "en"),
    "Germany": ("DE", "Europe/Berlin", "en"),
    "Ireland": ("IE", "Europe/Dublin", "en"),
    "Italy": ("IT", "Europe/Rome", "it"),
    "Mexico": ("MX", "America/Mexico_City", "es"),
    "Norway": ("NO", "Europe/Oslo", "en"),
    "Poland": ("PL", "Europe/Warsaw", "en"),
    "Portugal": ("PT", "Europe/Lisbon", "pt"),
    "Spain": ("ES", "Europe/Madrid", "es"),
    "Sweden": ("SE", "Europe/Stockholm", "en"),
    "Switzerland": ("CH", "Europe/Zurich", "en"),
    "UK": ("GB", "Europe/London", "en"),
    "USA": ("US", "America/New_York", "en"),
    "Venezuela": ("VE", "America/Caracas", "es"),
}
ELSEWHERE = ("", "UTC", "en")
NEEDED = {
    "customers": ("customerID", "companyName", "contactName", "contactTitle", "country", "phone"),
    "employees": (
        "employeeID",
        "lastName",
        "firstName",
        "title",
        "hireDate",
        "extension",
        "reportsTo",
    ),
    "products": ("productID", "productName"),
    "orders": ("orderID", "customerID", "employeeID", "orderDate", "shippedDate"),
    "order-details": ("orderID", "productID", "unitPrice", "quantity", "discount"),
}
UNQUOTED = {"customers": "address", "orders": "shipAddress"}


def convert(folder: Path, target: Path) -> None:
    """Write `target` as a folder for `portal import`. Raises: ImportRefused."""
    problems = Problems()
    tables = {name: list(_records(folder, name, problems)) for name in NEEDED}
    problems.refuse_if_any()
    trade = _Trade(tables, problems)
    problems.refuse_if_any()
    _write(target, "staff", _staff(tables["employees"]))
    _write(target, "accounts", _accounts(tables["customers"], trade))
    _write(target, "stakeholders", _stakeholders(tables["customers"], trade))
    _write(target, "orders", _orders(tables["orders"], trade))


def _records(folder: Path, name: str, problems: Problems) -> Iterator[Record]:
    """The rows of one file; NULL means unknown."""
    source = read(folder / f"{name}.csv", problems, unquoted=UNQUOTED.get(name, ""))
    header = next(source, None)
    if header is None:
        return
    missing = [column for column in NEEDED[name] if column not in header[1]]
    for column in missing:
        problems.add(f"{name}.csv", header[0], column, "the column is missing")
    if missing:
        return
    for line, cells in source:
        record = {
            column: "" if cell == "NULL" else cell
            for column, cell in zip(header[1], cells, strict=True)
        }
        yield {**record, "line": str(line)}


@dataclass
class _Trade:
    """What the orders say of customers and employees."""

    tables: dict[str, list[Record]]
    problems: Problems
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    goods: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    first: dict[str, str] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    earliest: str = ""

    def __post_init__(self) -> None:
        names = {row["productID"]: row["productName"] for row in self.tables["products"]}
        for row in self.tables["order-details"]:
            self._add_line(row, names)
        orders = sorted(self.tables["orders"], key=lambda row: (row["orderDate"], row["orderID"]))
        served: dict[str, Counter[str]] = defaultdict(Counter)
        last: dict[tuple[str, str], int] = {}
        for place, row in enumerate(orders):
            customer, employee = row["customerID"], row["employeeID"]
            self.first.setdefault(customer, row["orderDate"])
            served[customer][employee] += 1
            last[customer, employee] = place
        for customer, counts in served.items():
            self.managers[customer] = max(counts, key=lambda e: (counts[e], last[customer, e]))
        self.earliest = orders[0]["orderDate"] if orders else "1970-01-01"

    def _add_line(self, row: Record, names: dict[str, str]) -> None:
        try:
            price, count = Decimal(row["unitPrice"]), Decimal(row["quantity"])
            amount = price * count * (1 - Decimal(row["discount"]))
        except InvalidOperation:
            text = f"{quoted(row['unitPrice'])} or its neighbours are not numbers"
            self.problems.add("order-details.csv", int(row["line"]), "unitPrice", text)
            return
        self.amounts[row["orderID"]] += amount
        product = names.get(row["productID"], row["productID"])
        self.goods[row["orderID"]].append(f"{product} × {row['quantity']}")


def _instant(stamp: str) -> str:
    """Northwind's dates are midnights without a zone; taken as UTC."""
    return f"{stamp[:10]}T00:00:00Z" if stamp else ""


def _staff(employees: Iterable[Record]) -> Iterator[Record]:
    names = {row["employeeID"]: f"{row['firstName']} {row['lastName']}" for row in employees}
    for row in employees:
        yield {
            "staff_id": row["employeeID"],
            "name": names[row["employeeID"]],
            "role": "account_manager",
            "team": names.get(row["reportsTo"], names[row["employeeID"]]),
            "language": "en",
            "created_at": _instant(row["hireDate"]),
            "title": row["title"],
            "phone": f"ext. {row['extension']}" if row["extension"] else "",
        }


def _accounts(customers: Iterable[Record], trade: _Trade) -> Iterator[Record]:
    for row in customers:
        country, timezone, language = COUNTRIES.get(row["country"], ELSEWHERE)
        yield {
            "account_id": row["customerID"],
            "code": row["customerID"],
            "name": row["companyName"],
            "country": country,
            "timezone": timezone,
            "language": language,
            "segment": "standard",
            "status": "active",
            "manager_id": trade.managers.get(row["customerID"], ""),
        }


def _stakeholders(customers: Iterable[Record], trade: _Trade) -> Iterator[Record]:
    for row in customers:
        yield {
            "stakeholder_id": row["customerID"],
            "account_id": row["customerID"],
            "name": row["contactName"],
            "phone": row["phone"],
            "job_role": _job_role(row["contactTitle"]),
            "job_title": row["contactTitle"],
            "language": COUNTRIES.get(row["country"], ELSEWHERE)[2],
            "portal_access": "0",
            "active": "1",
            "created_at": _instant(trade.first.get(row["customerID"], trade.earliest)),
        }


def _job_role(title: str) -> str:
    if "Owner" in title:
        return "executive"
    if "Accounting" in title:
        return "finance"
    return "approver" if "Manager" in title else "requester"


def _orders(orders: Iterable[Record], trade: _Trade) -> Iterator[Record]:
    for row in orders:
        amount = trade.amounts[row["orderID"]].quantize(CENT, ROUND_HALF_UP)
        yield {
            "order_id": row["orderID"],
            "reference": row["orderID"],
            "account_id": row["customerID"],
            "ordered_by": row["customerID"],
            "placed_at": _instant(row["orderDate"]),
            "delivered_at": _instant(row["shippedDate"]),
            "status": "delivered" if row["shippedDate"] else "in transit",
            "currency": "USD",
            "amount": str(amount),
            "summary": "; ".join(trade.goods[row["orderID"]]),
        }


def _write(folder: Path, name: str, records: Iterable[Record]) -> None:
    columns = list(BY_NAME[name].readers)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(records)
