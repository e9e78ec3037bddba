"""The sections of the reliability screen: each figure in one plain sentence, and drawn."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from trainer.app.reliability_view import Fair, Figure, HaloView, ItemView, Moved, Pair
from trainer.domain.counted import by_count
from trainer.gui.widgets.cards import plain, quiet
from trainer.gui.widgets.figures import FigureRow, Section, between, number
from trainer.gui.widgets.intervals import Axis, around_zero, reliability, share
from trainer.gui.widgets.table import Table

MOST_PAIRS, MOST_FAIR = 3, 8
ONE, MEAN = "ICC(A,1)", "ICC(A,k)"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reliability", text)


def counts(responses: int, raters: int, ratings: int, called: tuple[str, str] | None = None) -> str:
    """How much the figures rest on; ``called``: one rating, and several."""
    each = (
        (raters, _tr("1 rater"), _tr("{0} raters")),
        (responses, _tr("1 response"), _tr("{0} responses")),
        (ratings, *(called or (_tr("1 rating"), _tr("{0} ratings")))),
    )
    return ", ".join(one if n == 1 else many.format(n) for n, one, many in each)


def bands(who: str = "", *, named: bool = True) -> Axis:
    """Koo & Li's regions, by their names."""
    words = (_tr("poor"), _tr("moderate"), _tr("good"), _tr("excellent"))
    return reliability(words, who, named=named)


def agreement(item: ItemView) -> Section:
    """What else says how far raters agree on one item."""
    card = Section(_tr("More on how far raters agree"))
    missing = _tr("no rating missing") if item.complete else _tr("some ratings missing")
    card.add(quiet(f"{counts(item.responses, item.raters, item.ratings)}; {missing}"))
    _within_one(card, item)
    alphas = {one.name: one for one in item.alpha}
    if item.alpha_reason is not None and item.alpha[0].value is None:
        card.add(FigureRow(_tr("Krippendorff's alpha"), _none(item.alpha_reason), []))
        alphas = {}
    else:
        card.add(_alpha(alphas.pop("interval")))
    _kappas(card, item.kappas)
    card.fold(
        _tr("Other ICCs and alphas"),
        _tr("Fewer figures"),
        lambda: [
            *(_icc(one, item.k) for one in item.icc if one.name not in (ONE, MEAN)),
            *(_alpha(one) for one in alphas.values()),
        ],
    )
    card.done()
    return card


def _icc(one: Figure, k: float | None) -> FigureRow:
    single, mean = _tr("one rater's scores"), _tr("means of {0} raters").format(f"{k or 0:.3g}")
    said = {
        "1": _tr("How far {0} can be trusted if every response has other raters."),
        "A": _tr("How far {0} can be trusted as points, a rater's severity counting as error."),
        "C": _tr("How far {0} can be trusted to order the responses, severity left aside."),
    }[one.name[4]]
    who = mean if one.name.endswith("k)") else single
    reason = "" if one.value is not None else _tr("Not known.")
    return FigureRow(one.name, reason or said.format(who), [(one.name, one, bands())])


def _alpha(one: Figure) -> FigureRow:
    said = {
        "nominal": _tr("only the same score counts as agreement"),
        "ordinal": _tr("the nearer in rank, the more two scores agree"),
        "interval": _tr("the fewer points apart, the more two scores agree"),
    }[one.name]
    text = _tr("Of the agreement that is possible beyond chance, all raters together reach so "
               "much; {0}. 0: no more than chance, 1: full agreement.")  # fmt: skip
    title, name = _tr("Krippendorff's alpha, {0}"), _tr("alpha, {0}").format(one.name)
    return FigureRow(title.format(one.name), text.format(said), [(name, one, share())])


def _none(reason: str) -> str:
    return _tr("Not known: {0}.").format(reason)


def _kappas(card: Section, pairs: Sequence[Pair]) -> None:
    card.add(*(_kappa(pair) for pair in pairs[:MOST_PAIRS]))
    rest = pairs[MOST_PAIRS:]
    if rest:
        more = _tr("{0} more pairs of raters").format(len(rest))
        card.fold(more, _tr("Fewer pairs"), lambda: [_kappa(pair) for pair in rest])


def _kappa(pair: Pair) -> FigureRow:
    who = _tr("{0} and {1}").format(*pair.raters)
    name = _tr("kappa of {0}").format(who)
    if pair.kappa.value is None:
        return FigureRow(name, _none(pair.reason or ""), [])
    over = by_count(pair.responses, _tr("1 response"), _tr("{0} responses")).format(pair.responses)
    text = _tr("The same for these two, over {0} (Cohen's weighted kappa); near misses count in "
               "part.")  # fmt: skip
    return FigureRow(
        _tr("Kappa of {0}").format(who), text.format(over), [(name, pair.kappa, share())]
    )


def _within_one(card: Section, item: ItemView) -> None:
    name, one = _tr("within one point"), item.within_one
    if one.value is None:
        card.add(FigureRow(name, _none(item.within_reason or ""), []))
        return
    text = _tr(
        "In {0} % of {1} pairs of scores of the same response, the two are at most one point apart."
    )
    said = text.format(round(100 * one.value), item.pairs)
    card.add(FigureRow(_tr("Within one point"), said, [(name, one, share())]))


def severity(item: ItemView) -> Section:
    """How severe each rater is, in points and in logits."""
    card = Section(_tr("Severity of each rater"))
    card.add(quiet(_tr("To the right of zero: this rater scores lower than the average rater. "
                       "Points are those of the scale; logits say the same on a scale without "
                       "ends, as studies report it (many-facet Rasch model).")))  # fmt: skip
    points = around_zero(_reach(one.points for one in item.severity), _tr("points"))
    logits = around_zero(_reach(one.logits for one in item.severity), _tr("logits"))
    for one in item.severity:
        drawn = [(_tr("severity of {0}, points").format(one.name), one.points, points),
                 (_tr("severity of {0}, logits").format(one.name), one.logits, logits)]  # fmt: skip
        card.add(FigureRow(one.name, _severe(one.points), drawn))
    for what, reason in ((_tr("points"), item.points_reason), (_tr("logits"), item.logits_reason)):
        if reason is not None:
            card.none(_tr("In {0} not known, or without an interval: {1}.").format(what, reason))
    card.add(*(quiet(one) for one in item.severity_doubts))
    card.done()
    return card


def _reach(figures: Iterable[Figure]) -> float:
    known = [value for one in figures for value in (one.value, one.low, one.high) if value]
    return min(max(map(abs, known), default=1.0), 20.0)


def _severe(one: Figure) -> str:
    if one.value is None or one.low is None or one.high is None:
        return ""
    if one.low <= 0 <= one.high:
        return _tr("Not clearly more severe or more lenient than the average rater.")
    way = _tr("lower") if one.value > 0 else _tr("higher")
    text = _tr("Scores {0} points {1} than the average rater.")
    return text.format(number(abs(one.value)), way)


def drift(item: ItemView) -> Section:
    """Whether severity moves from occasion to occasion, and whose occasions these are."""
    card = Section(_tr("Drift of each rater"))
    said = _tr("Whether severity moves, in points from one occasion to the next; to the right of "
               "zero a rater becomes more severe.")  # fmt: skip
    times = {
        "rating": _tr("Occasions are the days on which the raters rated, put together to periods "
                      "where there are many."),
        "response": _tr("Occasions are those of the responses: the table does not say when they "
                        "were rated, which is what drift is about."),
    }  # fmt: skip
    if item.drift_time is not None:
        said += " " + times[item.drift_time]
    card.add(quiet(said))
    if item.drift_reason is not None:
        card.none(_none(item.drift_reason))
    card.add(*(quiet(one) for one in item.drift_doubts))
    for title, courses in ((_tr("against the others"), item.drift),
                           (_tr("against the reference"), item.against)):  # fmt: skip
        known = [one for one in courses if one.points]
        if known:
            _courses(card, title, known)
    card.done()
    return card


def _courses(card: Section, title: str, courses: Sequence[Moved]) -> None:
    axis = around_zero(_reach(one.slope for one in courses), _tr("points an occasion"))
    for one in courses:
        name = _tr("{0}, {1}").format(one.name, title)
        what = _tr("drift of {0}").format(name)
        row = FigureRow(name, _moves(one), [(what, one.slope, axis)], _ends(one))
        card.add(row)


def _moves(one: Moved) -> str:
    slope = one.slope
    if slope.value is None:
        return _tr("Not known: this rater has too few ratings on two occasions.")
    if slope.low is None or slope.high is None:
        return ""
    if slope.low <= 0 <= slope.high:
        return _tr("No clear drift.")
    way = _tr("more severe") if slope.value > 0 else _tr("more lenient")
    text = _tr("Becomes {0}, by {1} points an occasion.")
    return text.format(way, number(abs(slope.value)))


def _ends(one: Moved) -> str:
    """Severity on the first and the last occasion, and the change between them."""
    known = [point for point in one.points if point.value is not None]
    if len(known) < 2 or one.change.value is None:
        return ""
    first, last = (f"{p.name}: {number(p.value or 0, signed=True)}" for p in (known[0], known[-1]))
    text = _tr("{0}; {1}; change {2} ({3})")
    change = number(one.change.value, signed=True)
    return text.format(first, last, change, between(one.change, signed=True))


def fair(item: ItemView) -> Section:
    """Who would gain or lose if the average rater had rated."""
    card = Section(_tr("Fair scores against raw ones"))
    card.add(quiet(_tr("Raw: the mean of what a response's raters gave. Fair: what the average "
                       "rater would have given, each rater's severity taken out.")))  # fmt: skip
    if not item.compared:
        card.none(_none(item.points_reason or _tr("nothing was rated")))
        card.done()
        return card
    far = len(item.moved_fair)
    of = by_count(item.compared, _tr("1 response"), _tr("{0} responses")).format(item.compared)
    text = _tr("If the average rater had rated all, {0} of {1} would gain or lose more than half a "
               "point.")  # fmt: skip
    card.add(plain(text.format(far or _tr("none"), of)))
    if far:
        table = Table((_tr("Response"), _tr("Raw"), _tr("Fair")))
        for one in item.moved_fair[:MOST_FAIR]:
            table.add(_response(one), number(one.raw), number(one.fair))
        card.add(table)
    if far > MOST_FAIR:
        card.none(_tr("And {0} more; all are in the CSV of fair scores.").format(far - MOST_FAIR))
    card.done()
    return card


def _response(one: Fair) -> str:
    known = [name for name in (one.trainee, one.vignette) if name]
    return " · ".join(known) if len(known) == 2 else one.response


def halo(halos: Sequence[HaloView]) -> Section:
    """How far scores on different items go together."""
    card = Section(_tr("Halo: do items go together?"))
    card.add(quiet(_tr("Correlations: at 0 two items have nothing to do with each other, near +1 "
                       "they can hardly be told apart. Within raters: severity does not count. "
                       "Within responses: who overrates a response on one item does so on the "
                       "other; above zero, that is halo.")))  # fmt: skip
    within = ((_tr("within raters"), "correlation of {0}"),
              (_tr("within responses"), "correlation of {0} within responses"))  # fmt: skip
    for one in halos:
        name = _tr("{0} and {1}").format(*one.items)
        if one.pooled.value is None:
            card.add(FigureRow(name, _tr("Not known: too few ratings, or all alike."), []))
            continue
        drawn = [
            (_tr(text).format(name), figure, around_zero(1.0, unit))
            for figure, (unit, text) in zip((one.pooled, one.within_response), within, strict=True)
        ]
        over = by_count(
            one.ratings, _tr("Over 1 rating on both."), _tr("Over {0} ratings on both.")
        )
        said = over.format(one.ratings)
        card.add(FigureRow(name, said, drawn, one.alike or ""))
    card.done()
    return card
