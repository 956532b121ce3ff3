"""Web sites, legitimate or phishing, with nine facts each, from the package river (UCI 'Website Phishing',
Abdelhamid 2014).
"""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path

import numpy as np
import polars as pl

from payoff.errors import DemoDataMissing

GRADES = {0.0: "bad", 0.5: "unclear", 1.0: "good"}
KEPT_ASIDE = 0.3


def web_sites() -> pl.DataFrame:
    """1,250 sites: `site` (number), nine facts in words, `outcome` legitimate or phishing. Raises DemoDataMissing
    without river.
    """
    found = importlib.util.find_spec("river")
    places = [] if found is None else list(found.submodule_search_locations or [])
    path = Path(places[0]) / "datasets" / "phishing.csv.gz" if places else None
    if path is None or not path.exists():
        raise DemoDataMissing("river")
    raw = pl.read_csv(gzip.decompress(path.read_bytes()))
    graded = [name for name in raw.columns if name not in ("age_of_domain", "ip_in_url", "is_phishing")]
    return raw.select(
        pl.int_range(1, pl.len() + 1).alias("site"),
        *(_words(name, GRADES) for name in graded),
        _words("age_of_domain", {0: "young", 1: "old"}),
        _words("ip_in_url", {0: "no", 1: "yes"}),
        _words("is_phishing", {0: "legitimate", 1: "phishing"}).alias("outcome"),
    )


def _words(name: str, codes: dict[float, str] | dict[int, str]) -> pl.Expr:
    return pl.col(name).replace_strict(codes, return_dtype=pl.String)


def kept_aside(sites: pl.DataFrame, *, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sites the project may see and those kept aside whole, drawn at random."""
    order = np.random.default_rng(seed).permutation(len(sites))
    aside = round(KEPT_ASIDE * len(sites))
    return sites[np.sort(order[aside:])], sites[np.sort(order[:aside])]
