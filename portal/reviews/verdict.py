"""What the examination of a file found, in sentences."""

from collections.abc import Callable

from portal.reviews.phrasing import plain
from portal.reviews.verifying import Examined, Finding
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

Sentence = Callable[[dict[str, str]], str]


def name(check: str) -> str:
    """What a check is called."""
    names = {
        "file": _("File"),
        "seal": _("Bytes"),
        "signature": _("Signature"),
        "data": _("Data"),
        "figures": _("Figures"),
        "files": _("Files inside"),
        "fingerprint": _("Fingerprint"),
        "words": _("Words"),
        "pages": _("Pages"),
    }
    return names[check]


def sentence(finding: Finding) -> str:
    """What was found, in the reader's language; words out of the file are made fit to be read."""
    return SENTENCES[finding.code]({key: plain(told) for key, told in finding.values.items()})


def conclusion(found: Examined) -> str:
    """The verdict in one sentence; it names the difference that tells most."""
    wrong = found.telling
    if wrong is None:
        return _("All of it holds.")
    if wrong.check == "file":
        return sentence(wrong)
    return _("It does not hold. %(difference)s", difference=sentence(wrong))


FILE: dict[str, Sentence] = {
    "empty": lambda _v: _("The file is empty."),
    "pdf": lambda _v: _("This is not a PDF."),
    "locked": lambda _v: _("The PDF is locked with a password, so nothing in it can be checked."),
    "broken": lambda _v: _("The PDF is damaged or cut off; it cannot be read."),
    "pages": lambda _v: _("The PDF has more pages than any review."),
    "large": lambda _v: _("The file is larger than any review, or unpacks to more than one holds."),
    "foreign": lambda _v: _(
        "This PDF is no service review of this portal: the data that one carries is not inside."
    ),
    "busy": lambda _v: _("Other files are being checked just now. Try again in a minute."),
    "time": lambda _v: _("The check took more time than any review needs and was stopped."),
}

BYTES: dict[str, Sentence] = {
    "sealed": lambda _v: _("No byte has changed since the file was made."),
    "unsealed": lambda _v: _(
        "The mark over all bytes is missing: another program has saved the file, or it was altered."
    ),
    "bytes": lambda v: _(
        "The file has changed since it was made, first between byte %(first)s and byte %(last)s.",
        **v,
    ),
    "appended": lambda v: _("Something was added to the file after byte %(first)s.", **v),
    "unsigned": lambda _v: _("Not signed: this is a draft."),
    "portfolio_unsigned": lambda _v: _("Not signed: it was made without a certificate."),
    "signed": lambda v: _("Signed by %(who)s on %(at)s, and unchanged since.", **v),
    "unknown": lambda v: _(
        "Signed by %(who)s on %(at)s and unchanged since, but with a certificate that is not the provider’s as known here.",
        **v,
    ),
    "altered": lambda v: _("Signed by %(who)s, and altered after that.", **v),
    "unreadable": lambda _v: _("There is a signature, but it is damaged."),
    "many": lambda _v: _("There is more than one signature; an issued review has one."),
    "extra_missing": lambda _v: _(
        "The file is signed; to check the signature, the server needs the extra “sign”: pip install 'portal[sign]'."
    ),
}

DATA: dict[str, Sentence] = {
    "data": lambda v: ngettext(
        "Service review of %(account)s, %(period)s, as of %(as_of)s; %(rows)s case behind the figures.",
        "Service review of %(account)s, %(period)s, as of %(as_of)s; %(rows)s cases behind the figures.",
        int(v["rows"]),
        **v,
    ),
    "portfolio_data": lambda v: (
        _(
            "Portfolio review of the accounts of %(manager)s, %(period)s, as of %(as_of)s; %(accounts)s accounts.",
            **v,
        )
        if v["manager"]
        else _("Portfolio review, %(period)s, as of %(as_of)s; %(accounts)s accounts.", **v)
    ),
    "snapshot": lambda v: _("%(name)s inside cannot be read: %(fault)s.", **v),
    "figures": lambda _v: _("Every figure follows from the rows inside."),
    "figure": lambda v: _(
        "%(what)s: the file says %(says)s, but the rows inside give %(gives)s.", **v
    ),
    "rows": lambda v: _("The data inside cannot be used: %(fault)s.", **v),
    "files": lambda v: _("All %(count)s files inside agree with each other.", **v),
    "file": lambda v: _(
        "%(name)s, line %(line)s, says “%(says)s”, but the data gives “%(gives)s”.", **v
    ),
    "extra": lambda v: _("A file lies inside that does not belong there: %(name)s.", **v),
    "fingerprint": lambda v: _(
        "The fingerprint on the last page is that of the data: %(mark)s.", **v
    ),
    "mark": lambda v: _(
        "The last page does not bear the fingerprint of the data inside, %(mark)s.", **v
    ),
}

PAGES: dict[str, Sentence] = {
    "words": lambda _v: _("Every sentence follows from the data."),
    "reworded": lambda _v: _(
        "Every number in the sentences follows from the data; the file was worded by another version of the portal."
    ),
    "word": lambda v: _("The file says “%(says)s” where the data gives “%(gives)s”.", **v),
    "pages_agree": lambda v: _("All %(pages)s pages print what the data gives.", **v),
    "page": lambda v: _(
        "Page %(page)s prints “%(says)s” where the data gives “%(gives)s” (after “%(after)s”).",
        **v,
    ),
    "stray": lambda v: _("Page %(page)s prints “%(says)s”, which the data does not give.", **v),
    "beside": lambda v: _(
        "A title, a page number or the description of a picture says “%(says)s” where the data gives “%(gives)s”.",
        **v,
    ),
    "covered": lambda v: _("Something was laid over page %(page)s.", **v),
}

SENTENCES: dict[str, Sentence] = {**FILE, **BYTES, **DATA, **PAGES}
