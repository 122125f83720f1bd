"""A client's review as its file is examined: what its data gives again, and where the figures inside are others."""

from collections.abc import Iterator, Mapping

from portal.reviews import attached, recount, snapshot
from portal.reviews.content import Brand, compose
from portal.reviews.document import sheet
from portal.reviews.sheets import Sheet


class ReviewSubject:
    """What a file with the data of a review is about. Raises: SnapshotFault where it cannot be read."""

    source = attached.SNAPSHOT
    data, unsigned = "data", "unsigned"

    def __init__(self, frozen: bytes) -> None:
        self.frozen, self.material = frozen, snapshot.thaw(frozen)

    @property
    def named(self) -> dict[str, str]:
        """What the file is called."""
        material = self.material
        return {
            "account": f"{material.account} ({material.account_ref})",
            "period": material.period.code,
            "rows": str(len(material.evidence.cases)),
            "as_of": material.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def differences(self, _files: Mapping[str, bytes]) -> Iterator[recount.Difference]:
        """Every figure of the review that its rows do not give.

        Raises: ValueError, KeyError or TypeError where the rows cannot be read.
        """
        return recount.differences(self.material)

    def again(self, language: str, brand: Brand) -> tuple[Sheet, str]:
        """The document that the data gives, and its title."""
        content = compose(self.material, language, brand)
        return sheet(content, self.frozen), content.title
