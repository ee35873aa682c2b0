"""The report as Markdown: figures in, text out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.data import Theme, total
from bench.entities import EntityFigures
from bench.measures import by_intent, calibration_error, confusions, reliability
from bench.pipeline import Pipeline
from bench.serving import Served
from bench.stock_project import EPOCHS
from bench.timing import Spent

MB = 1e6
# Fewer rows say little about an intent; the scorer's macro-F1 leaves such labels out, too.
FEW = 10
CONFUSIONS = 15


@dataclass(frozen=True)
class Goal:
    """A figure with its goal: at least `goal`, or at most where `smaller` is better."""

    name: str
    goal: float
    reached: float
    smaller: bool = False
    form: str = "{:.3f}"
    note: str = ""

    @property
    def row(self) -> str:
        """A row of the table."""
        met = self.reached <= self.goal if self.smaller else self.reached >= self.goal
        sign = "≤" if self.smaller else "≥"
        values = [self.form.format(value) for value in (self.goal, self.reached)]
        return f"| {self.name} | {sign} {values[0]} | {values[1]} | {'yes' if met else '**no**'} | {self.note} |"


@dataclass(frozen=True)
class Difference:
    """What two trainings of the same sources did not agree on."""

    texts: int
    intents: int
    confidence: float
    same_sources: bool


@dataclass(frozen=True)
class Report:
    """All that the page says."""

    day: str
    machine: Sequence[str]
    themes: Sequence[Theme]
    rules: int
    shared: tuple[int, int]
    ours: Pipeline
    second: Spent
    served: Served
    difference: Difference
    same_sources: bool
    entities: Sequence[EntityFigures]
    stock: Pipeline | None
    stock_sources: bool


def write(report: Report) -> str:
    """The whole page."""
    parts = [_head(report), _goals(report), _data(report), _intents(report), _certainty(report)]
    parts += [_time(report), _repeat(report), _stock(report)]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; columns after the first are right-aligned."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _head(report: Report) -> str:
    return (
        f"# NLU report\n\nWritten by `make nlu-report` on {report.day}; what the figures mean: [nlu.md](nlu.md).\n\n"
        + "\n".join(f"- {line}" for line in report.machine)
        + ("" if report.same_sources else "\n- **The sources were changed while it ran: it mixes two states of them.**")
    )


def _goals(report: Report) -> str:
    score, speed, spent = report.ours.score, report.ours.speed, report.ours.trained.spent
    goals = [
        Goal("dev accuracy", 0.92, score["accuracy"]),
        Goal("dev macro-F1 (labels with ten rows or more)", 0.88, score["macro_f1"]),
        Goal("requests turned away (`false_reject`)", 0.05, score["false_reject"], True),
        Goal("other topics acted on (`false_accept_topical`)", 0.12, score["false_accept_topical"], True),
        Goal("noise acted on (`false_accept_noise`)", 0.35, score["false_accept_noise"], True),
        Goal("ambiguous accuracy", 0.88, score["ambiguous_accuracy"]),
        *(Goal(f"entity F1, {part.part}, {part.sentences} sentences", 0.95, part.f1) for part in report.entities),
        Goal("full training of NLU and rules, seconds", 90, spent.wall, True, "{:.0f}", f"CPU {spent.cpu:.0f} s"),
        Goal("parse of one text, p50, ms", 12, speed.p50, True, "{:.1f}", f"CPU {speed.p50_cpu:.1f} ms"),
        Goal("model load, seconds", 5, speed.load, True, "{:.1f}", f"CPU {speed.load_cpu:.1f} s"),
        Goal("`bot.predict`, texts a second", 100, speed.batch_rate, form="{:.0f}"),
    ]
    rows = "\n".join(goal.row for goal in goals)
    return (
        f"## Goals\n\n| figure | goal | reached | met | note |\n| --- | ---: | ---: | --- | --- |\n{rows}\n\n"
        f"In-scope accuracy {score['in_scope_accuracy']:.3f}. {score['rows']} sentences with one right intent, "
        f"{score['ambiguous_rows']} with several.\n"
        f"{report.shared[0]} of the distinct dev texts are, normalised, training sentences as well ({report.shared[1]} "
        f"word for word; mostly yes, no and thanks);\naccuracy over the others: {report.ours.accuracy_unseen:.3f}. "
        "Times depend on what else the machine does, CPU times less: see\n[Time and size](#time-and-size)."
    )


def _data(report: Report) -> str:
    counts = total(report.themes)
    business = {name: rows for name, rows in counts.items() if not name.startswith(("out_of_scope", "chitchat"))}
    rows = [[f"`{theme.name}`", len(theme.sentences), theme.rows] for theme in report.themes]
    return (
        f"## Training data\n\n{table(['theme', 'intents', 'sentences'], rows)}\n\n"
        f"{len(counts)} intents, {sum(counts.values())} sentences, {report.rules} rules. Outside `out_of_scope*` and "
        f"`chitchat*` the poorest intent has {min(business.values())} sentences, the median one "
        f"{sorted(business.values())[len(business) // 2]}."
    )


def _intents(report: Report) -> str:
    figures = by_intent(report.ours.judged)
    rows = [
        [f"`{row.intent}`", row.rows, *(f"{value:.2f}" for value in (row.precision, row.recall, row.f1))]
        for row in figures
    ]
    wrong = confusions(report.ours.judged, CONFUSIONS)
    errors = sum(row.right != row.acted for row in report.ours.judged)
    few = sum(row.rows < FEW for row in figures)
    return (
        "## By intent\n\nBase intents, as the scorer joins them (`recommend_package` counts as `ask_package_info`; "
        f"`out_of_scope`: the bot takes no business action).\n{few} labels have fewer than {FEW} rows: their figures "
        f"say little.\n\n{table(['label', 'rows', 'precision', 'recall', 'F1'], rows)}\n\n"
        "![Labels against what the bot acted on](images/nlu-confusion.png)\n\n"
        f"The commonest of {errors} errors:\n\n"
        + table(
            ["label", "acted on", "sentences"], [[f"`{right}`", f"`{acted}`", times] for right, acted, times in wrong]
        )
    )


def _certainty(report: Report) -> str:
    facts = report.ours.archive.classifier or {}
    error = calibration_error(reliability(report.ours.judged))
    threshold = facts["threshold"]
    _, reject, accept, utility = min(facts["curve"], key=lambda row: abs(row[0] - threshold))
    return (
        "## Certainty\n\n"
        f"Expected calibration error on dev, ten bins: {error:.3f}. The two models' scores are mixed with the factors "
        f"{facts['mix'][0]:.2f} (sentence vectors) and {facts['mix'][1]:.2f} (n-grams).\n\n"
        "![Confidence against the share that is right](images/nlu-reliability.png)\n\n"
        f"Learnt threshold: {threshold:.2f}. On training rows that the models had not seen (three folds) it turns away "
        f"{reject:.3f} of the requests and acts on {accept:.3f} of the rest; utility {utility:.3f}.\n"
        "Both stay above zero at threshold 0: there are sentences whose likeliest intent is on the wrong side.\n\n"
        "![What each threshold turns away and lets through](images/nlu-rejection.png)"
    )


def _time(report: Report) -> str:
    ours, served, speed, spent = report.ours, report.served, report.ours.speed, report.ours.trained.spent
    rows = [
        ["full training, NLU and rules, first", _seconds(spent.wall), f"CPU {spent.cpu:.0f} s", _load(spent.load)],
        ["the same again", _seconds(report.second.wall), f"CPU {report.second.cpu:.0f} s", _load(report.second.load)],
        ["imports of Rasa", _seconds(speed.imports), f"CPU {speed.imports_cpu:.1f} s", _load(speed.machine)],
        ["model load", _seconds(speed.load), f"CPU {speed.load_cpu:.1f} s", _load(speed.machine)],
        [
            "Rasa server, start to ready",
            _seconds(served.ready),
            "imports and load included",
            _load(served.load),
        ],
        ["parse of one text, p50", f"{speed.p50:.1f} ms", f"CPU {speed.p50_cpu:.1f} ms", _load(speed.machine)],
        ["parse of one text, p95", f"{speed.p95:.1f} ms", "", _load(speed.machine)],
        ["`bot.predict`, loaded", f"{speed.batch_rate:.0f} texts/s", "batches of 256", _load(speed.machine)],
        ["model archive", f"{ours.archive.packed / MB:.1f} MB", f"unpacked {ours.archive.unpacked / MB:.1f} MB", ""],
        ["memory of a process with the model, after parsing", f"{speed.memory:.0f} MB", "", ""],
        ["memory of the Rasa server when ready", f"{served.memory:.0f} MB", "", ""],
    ]
    return (
        "## Time and size\n\nThe machine was shared. Its one-minute load average before and after each measurement "
        "stands beside it:\nabove the number of cores, clock times are longer than on a free machine; CPU times suffer "
        f"less.\nImports, load, parsing and memory: medians of {speed.processes} fresh processes.\n\n"
        + table(["what", "figure", "note", "load"], rows)
    )


def _repeat(report: Report) -> str:
    difference = report.difference
    changed = (
        "" if difference.same_sources else " The sources were changed between them: a difference may come from that."
    )
    return (
        "## Determinism\n\nTwo trainings from nothing, each with a cache of its own; predictions for "
        f"{difference.texts} texts: {difference.intents} differ in intent, the largest difference in confidence is "
        f"{difference.confidence:.1e}.{changed}"
    )


def _stock(report: Report) -> str:
    intro = (
        "## Beside the stock pipeline\n\nWhat `rasa init` writes, with Rasa's tokenizer for Chinese "
        "([bench/stock/config.yml](../bench/stock/config.yml)), on the same sentences.\nIt is trained without "
        "policies, which NLU figures do not need; ours includes its rules."
    )
    if report.stock is None:
        return f"{intro} Left out of this run (`STOCK=0`)."
    ours, stock = report.ours, report.stock
    when = "" if stock.day == report.day else f"\nThe stock figures are of {stock.day}."
    if not report.stock_sources:
        when += "\n**The data have changed since the stock model was trained.**"
    if (epochs := stock.trained.epochs) != EPOCHS:
        when += (
            f"\n**It was trained for {epochs} epochs instead of {EPOCHS}**: its training would take about "
            f"{EPOCHS / epochs:.0f} times as long, and it might answer a little better."
        )
    return (
        f"{intro} Its model is trained once for each state of the data, with low priority\n(`nice -n 10`; load "
        f"{_load(stock.trained.spent.load)}): compare the CPU times.{when}\n\n"
        + table(["figure", "ours", "stock", "ours : stock"], [_ratio(ours, stock, *row) for row in COMPARED])
    )


def _ratio(ours: Pipeline, stock: Pipeline, name: str, form: str, value: Callable[[Pipeline], float]) -> list[str]:
    first, second = value(ours), value(stock)
    return [name, form.format(first), form.format(second), f"{first / second:.3g}" if second else "–"]


def _scored(name: str) -> Callable[[Pipeline], float]:
    return lambda pipeline: float(pipeline.score[name])


COMPARED: list[tuple[str, str, Callable[[Pipeline], float]]] = [
    ("dev accuracy", "{:.3f}", _scored("accuracy")),
    ("dev macro-F1", "{:.3f}", _scored("macro_f1")),
    ("in-scope accuracy", "{:.3f}", _scored("in_scope_accuracy")),
    ("errors, share of sentences", "{:.3f}", lambda pipeline: 1 - float(pipeline.score["accuracy"])),
    ("`false_reject`", "{:.3f}", _scored("false_reject")),
    ("`false_accept_topical`", "{:.3f}", _scored("false_accept_topical")),
    ("`false_accept_noise`", "{:.3f}", _scored("false_accept_noise")),
    ("ambiguous accuracy", "{:.3f}", _scored("ambiguous_accuracy")),
    ("training, s on the clock", "{:.0f}", lambda pipeline: pipeline.trained.spent.wall),
    ("training, s of CPU", "{:.0f}", lambda pipeline: pipeline.trained.spent.cpu),
    ("model load, s", "{:.1f}", lambda pipeline: pipeline.speed.load),
    ("model load, s of CPU", "{:.1f}", lambda pipeline: pipeline.speed.load_cpu),
    ("parse of one text, p50, ms", "{:.1f}", lambda pipeline: pipeline.speed.p50),
    ("parse of one text, p95, ms", "{:.1f}", lambda pipeline: pipeline.speed.p95),
    ("parse of one text, p50, ms of CPU", "{:.1f}", lambda pipeline: pipeline.speed.p50_cpu),
    ("batches, texts/s", "{:.0f}", lambda pipeline: pipeline.speed.batch_rate),
    ("model archive, MB", "{:.1f}", lambda pipeline: pipeline.archive.packed / MB),
    ("memory of a process with the model, MB", "{:.0f}", lambda pipeline: pipeline.speed.memory),
]


def _seconds(value: float) -> str:
    return f"{value:.1f} s"


def _load(values: tuple[float, float]) -> str:
    return f"{values[0]:.1f} → {values[1]:.1f}"
