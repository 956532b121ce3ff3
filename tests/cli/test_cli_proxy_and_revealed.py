"""The command line on a proxy of the outcome, and on outcomes that decisions revealed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from payoff.testing import comments
from typed import CELLS, Said, filled, payoff

WORLD = comments(240)


def begun(tmp_path: Path, table: pl.DataFrame, *words: str) -> tuple[Path, Said]:
    """A project begun by `init` on a table in a file, its payoffs filled in."""
    file, place = tmp_path / "comments.csv", tmp_path / "project"
    table.write_csv(file)
    said = payoff(place, "init", file, "--decisions", "keep,remove", "--unit", "EUR", *words)
    filled(place, *CELLS)
    return place, said


def test_a_proxy_from_init_to_its_gap(tmp_path: Path) -> None:
    table = WORLD.items.with_columns(refund=WORLD.outcomes)
    place, said = begun(tmp_path, table, "--outcome", "refund", "--known", "proxy")
    assert "proxy: 'refund' stands for the outcome" in said.out
    assert "about the proxy 'refund', not the outcome" in payoff(place, "trial", "linear").out
    batch = tmp_path / "batch.csv"
    asked = payoff(place, "ask", "--source", "experts", "--price", "0.5", "--budget", "40", "-o", batch)
    assert "for the audit" in asked.out
    truth = pl.col("item").replace_strict(dict(WORLD.truth))
    pl.read_csv(batch).with_columns(label=truth).write_csv(batch)
    payoff(place, "tell", batch)
    rows = {row["id"]: row for row in payoff(place, "status", "--json").json}
    assert "'refund' is right on 100%" in rows["L1"]["answer"] or "of 20 audited items" in rows["L1"]["answer"]


def test_a_log_of_decisions_is_told_from_a_file(tmp_path: Path) -> None:
    place, _ = begun(tmp_path, WORLD.items, "--outcomes", "ham,spam")
    toml = place / "payoff.toml"
    toml.write_text(toml.read_text() + '\n[[source]]\nname = "inspection"\nkind = "expert"\nprice = 0.0\n')
    seen = pl.Series(np.random.default_rng(0).random(240) < 0.5)
    log = WORLD.items.select("item", purpose=pl.lit("decided"), probability=pl.lit(0.5))
    log = log.with_columns(label=pl.when(seen).then(WORLD.outcomes))
    file = tmp_path / "log.csv"
    log.write_csv(file)
    many, mute = int(seen.sum()), 240 - int(seen.sum())
    first = payoff(place, "tell", file, "--source", "inspection").out
    assert first.startswith(f"{many} new votes, {mute} decisions that revealed nothing; spent so far 0 EUR.")
    again = payoff(place, "tell", file, "--source", "inspection").out
    assert again.startswith(f"0 new votes ({many} told before), {mute} decisions")
    rows = {row["id"]: row for row in payoff(place, "status", "--json").json}
    assert "of the audit part judge, by the chance recorded" in rows["L5"]["answer"]


def test_a_wrong_chance_is_refused_by_name(tmp_path: Path) -> None:
    place, _ = begun(tmp_path, WORLD.items, "--outcomes", "ham,spam")
    toml = place / "payoff.toml"
    toml.write_text(toml.read_text() + '\n[[source]]\nname = "inspection"\nkind = "expert"\nprice = 0.0\n')
    file = tmp_path / "log.csv"
    WORLD.items.select("item", purpose=pl.lit("decided"), probability=pl.lit(2), label=WORLD.outcomes).write_csv(file)
    refused = payoff(place, "tell", file, "--source", "inspection")
    assert refused.code != 0
    assert "probability 2 of item 'c0', and 239 more like it" in refused.err
