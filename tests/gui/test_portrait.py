"""The drawn client: affects can be told apart, the mouth follows sound, nothing jumps."""

import itertools

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from trainer.domain.vignette import AFFECTS
from trainer.gui.portrait import (
    FALLBACK,
    LOOKS,
    POSES,
    Cue,
    Performance,
    PortraitPainter,
    Pose,
    blend,
    listening,
    look_for,
    perform,
)
from trainer.gui.portrait.affects import NUDGES, nudges
from trainer.gui.portrait.canvas import Canvas
from trainer.gui.portrait.geometry import along
from trainer.gui.portrait.painter import framing
from trainer.gui.portrait.performance import blink
from trainer.gui.portrait.pose import NAMES

FRAME_S = 0.04
HEAD = ("yaw", "pitch", "tilt", "lean", "breath", "shoulder")
MARKER = QColor(255, 0, 255)
CUES = (
    Cue(0.4, 2.6, "angry", "leans forward"),
    Cue(2.8, 3.1, "contempt", "looks away, crosses arms"),
    Cue(4.6, 6.5, "tearful", "long pause, then wipes eyes"),
)


def painted(look_id: str, pose: Pose, width: int = 320, height: int = 180, dpr: float = 1.0):
    image = QImage(
        round(width * dpr), round(height * dpr), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(dpr)
    image.fill(MARKER)
    painter = QPainter(image)
    PortraitPainter(look_for(look_id)).paint(painter, QRectF(0, 0, width, height), pose, dpr)
    painter.end()
    return image


def difference(a: QImage, b: QImage) -> float:
    """Share of bytes that differ clearly, from a sample."""
    one, two = bytes(a.constBits())[::7], bytes(b.constBits())[::7]
    return sum(abs(x - y) > 24 for x, y in zip(one, two, strict=True)) / len(one)


def frames(performance: Performance, until_s: float, loudness: float = 0.0) -> list[Pose]:
    return [performance.pose(i * FRAME_S, loudness) for i in range(round(until_s / FRAME_S))]


# -- poses


def test_every_affect_of_the_bank_has_a_pose():
    assert set(POSES) == set(AFFECTS)


def test_poses_stay_inside_their_ranges():
    for pose in (*POSES.values(), *(listening(a) for a in AFFECTS)):
        assert pose == pose.clamped()


def test_blend_runs_from_one_pose_to_the_other():
    a, b = POSES["angry"], POSES["tearful"]
    assert blend(a, b, 0) == a
    assert blend(a, b, 1) == b
    assert blend(a, b, 0.5).tears == pytest.approx((a.tears + b.tears) / 2)


def test_contempt_is_one_sided_and_not_a_smile():
    pose = POSES["contempt"]
    assert pose.sneer == 1.0
    assert pose.corner <= 0
    assert pose.lid > 0.35
    assert pose.pitch < 0
    assert POSES["bright"].sneer == 0


def test_confusion_is_worried_and_even_not_sceptical():
    pose = POSES["confused"]
    assert pose.brow_inner > 0.3
    assert abs(pose.brow_skew) < 0.3  # one raised brow is doubt about the other person
    assert pose.sneer == 0
    assert pose.lid < 0.15
    assert pose.mouth_open > 0


def test_withdrawn_eyes_look_down_and_not_askance():
    pose = POSES["withdrawn"]
    assert pose.gaze_y > 2 * abs(pose.gaze_x)


def test_listening_keeps_sixty_percent_of_the_affect_with_the_mouth_shut():
    rest = listening("angry")
    assert rest.mouth_open == 0
    assert rest.brow_inner == pytest.approx(0.6 * POSES["angry"].brow_inner, abs=0.05)
    assert listening("angry") != listening("tearful")


# -- performance


def test_the_affect_is_reached_within_its_cue():
    calm = Performance((Cue(0, 5, "neutral"), Cue(5, 9, "angry")), reduced_motion=True)
    assert calm.pose(1.0).brow_inner == pytest.approx(0, abs=0.01)
    assert calm.pose(8.0).brow_inner == pytest.approx(POSES["angry"].brow_inner, abs=0.01)


def test_the_client_listens_after_the_last_cue():
    done = Performance((Cue(0, 2, "angry"),), reduced_motion=True).pose(30.0)
    assert done == listening("angry")


def test_nothing_to_say_is_a_waiting_client():
    assert Performance((), reduced_motion=True).pose(3.0) == listening("neutral")


def test_the_mouth_opens_with_the_sound():
    playing = Performance((Cue(0, 5, "neutral"),))
    opened = [playing.pose(2.0, loud).mouth_open for loud in (0.0, 0.3, 0.6, 1.0)]
    assert opened == sorted(opened)
    assert opened[0] < 0.05
    assert opened[-1] > 0.6


def test_the_mouth_opens_even_when_lips_are_pressed():
    playing = Performance((Cue(0, 5, "tearful"),))
    assert playing.pose(3.0, 0.9).mouth_open > playing.pose(3.0, 0.0).mouth_open + 0.3


def test_blinks_come_every_few_seconds_and_are_short():
    shut = [blink(i * FRAME_S, seed=3) > 0.5 for i in range(round(60 / FRAME_S))]
    starts = [i * FRAME_S for i, (a, b) in enumerate(itertools.pairwise(shut)) if b and not a]
    gaps = [b - a for a, b in itertools.pairwise(starts)]
    assert 10 <= len(starts) <= 30
    assert min(gaps) > 1.5
    assert max(gaps) < 8
    assert sum(shut) * FRAME_S / len(starts) < 0.3


def test_a_blink_shuts_the_lids():
    playing = Performance((Cue(0, 20, "neutral"),), seed=3)
    lids = [pose.lid for pose in frames(playing, 12)]
    assert max(lids) > 0.85
    assert min(lids) < 0.3


def test_the_same_seed_gives_the_same_performance():
    assert frames(Performance(CUES, seed=7), 4) == frames(Performance(CUES, seed=7), 4)
    assert frames(Performance(CUES, seed=7), 4) != frames(Performance(CUES, seed=8), 4)


@pytest.mark.parametrize("loudness", [0.0, 0.7])
def test_no_parameter_jumps_between_frames(loudness):
    # A blink and a flick of the eyes are quick in life too.
    quick = {"lid": 0.75, "gaze_x": 0.35, "gaze_y": 0.35}
    for before, after in itertools.pairwise(frames(Performance(CUES, seed=5), 9, loudness)):
        for name in NAMES:
            assert abs(getattr(after, name) - getattr(before, name)) < quick.get(name, 0.25), name


def test_reduced_motion_keeps_the_head_still_and_the_mouth_alive():
    still = Performance((Cue(0, 20, "angry", "shakes head"),), reduced_motion=True)
    poses = frames(still, 10)[round(3 / FRAME_S) :]
    for name in (*HEAD, "lid", "gaze_x"):
        assert len({getattr(pose, name) for pose in poses}) == 1, name
    assert still.pose(5.0, 0.8).mouth_open > still.pose(5.0, 0.0).mouth_open


def test_reduced_motion_changes_affect_more_slowly():
    cues = (Cue(0, 3, "neutral"), Cue(3, 9, "angry"))
    fast, slow = Performance(cues), Performance(cues, reduced_motion=True)
    assert fast.pose(3.5).tension > slow.pose(3.5).tension


def test_plain_tuples_do_as_well():
    assert perform([(0.0, 2.0, "angry", "")], 1.0, 0.5, seed=4) == Performance(
        (Cue(0, 2, "angry"),), seed=4
    ).pose(1.0, 0.5)


# -- directions


@pytest.mark.parametrize(
    ("direction", "name", "sign"),
    [
        ("looks away", "gaze_x", 1),
        ("Looks at the floor", "gaze_y", 1),
        ("leans forward", "lean", 1),
        ("crosses arms", "arms", 1),
        ("shrugs", "shoulder", 1),
        ("laughs shortly", "corner", 1),
        ("smiles", "corner", 1),
        ("wipes eyes", "lid", 1),
        ("leans back", "lean", -1),
    ],
)
def test_directions_nudge_the_pose(direction, name, sign):
    with_it = Performance((Cue(1, 4, "neutral", direction),), seed=2)
    without = Performance((Cue(1, 4, "neutral"),), seed=2)
    moved = [
        getattr(a, name) - getattr(b, name)
        for a, b in zip(frames(with_it, 4), frames(without, 4), strict=True)
    ]
    assert max(sign * m for m in moved) > 0.2


def test_a_long_pause_is_shown_before_the_words():
    cues = (Cue(0, 1, "neutral"), Cue(4, 6, "neutral", "long pause"))
    plain = (Cue(0, 1, "neutral"), Cue(4, 6, "neutral"))
    assert Performance(cues).pose(2.5).gaze_y > Performance(plain).pose(2.5).gaze_y + 0.2
    assert Performance(cues).pose(5.0).gaze_y == pytest.approx(Performance(plain).pose(5.0).gaze_y)


def test_crossed_arms_stay_crossed():
    playing = Performance((Cue(0, 2, "neutral", "crosses arms"), Cue(3, 8, "neutral")))
    assert playing.pose(7.0).arms > 0.9


def test_unknown_directions_change_nothing():
    assert nudges("recites a poem in Dutch") == ()
    assert nudges("") == ()


def test_every_nudge_names_real_parameters():
    for nudge in itertools.chain.from_iterable(NUDGES):
        assert set(nudge.deltas) <= set(NAMES)


# -- pictures


def test_each_affect_looks_different(qapp):
    for look_id in ("marcus", "ruth"):
        pictures = {affect: painted(look_id, POSES[affect]) for affect in AFFECTS}
        for one, two in itertools.combinations(AFFECTS, 2):
            assert difference(pictures[one], pictures[two]) > 0.01, (look_id, one, two)


def test_each_client_looks_different(qapp):
    pictures = {look_id: painted(look_id, POSES["neutral"]) for look_id in LOOKS}
    for one, two in itertools.combinations(LOOKS, 2):
        assert difference(pictures[one], pictures[two]) > 0.05, (one, two)


def test_faces_differ_in_shape_and_not_only_in_hair():
    shapes = [(k.face_w, k.jaw, k.eye_x, k.nose_w, k.lips, k.brow_arch) for k in LOOKS.values()]
    assert len(set(shapes)) == len(LOOKS) == 8


def test_an_open_mouth_shows(qapp):
    shut, opened = (painted("dana", Pose(mouth_open=m)) for m in (0.0, 0.8))
    assert difference(shut, opened) > 0.002


def test_an_unknown_look_is_a_neutral_person(qapp):
    assert look_for("nobody-we-know") is FALLBACK
    assert difference(painted("nobody-we-know", Pose()), painted("dana", Pose())) > 0.02


@pytest.mark.parametrize(
    ("width", "height", "dpr"),
    [
        (960, 540, 1.0),
        (480, 270, 2.0),
        (333, 187, 1.5),
        (200, 600, 1.0),
        (900, 150, 1.25),
        (40, 30, 1),
    ],
)
def test_every_pixel_is_painted(qapp, width, height, dpr):
    image = painted("tom", POSES["contempt"], width, height, dpr)
    left = [
        (x, y)
        for x in range(0, image.width(), max(1, image.width() // 60))
        for y in (0, 1, image.height() // 2, image.height() - 2, image.height() - 1)
        if image.pixelColor(x, y) == MARKER
    ]
    edges = (0, image.width() - 1)
    left += [
        (x, y) for y in range(image.height()) for x in edges if image.pixelColor(x, y) == MARKER
    ]
    assert left == []


def test_nothing_is_painted_beside_the_rectangle(qapp):
    image = QImage(300, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(MARKER)
    painter = QPainter(image)
    inside = QRectF(60, 50, 180, 60)
    for look_id in ("tom", "jonas"):
        PortraitPainter(LOOKS[look_id]).paint(painter, inside, POSES["contempt"])
    painter.end()
    outside = (
        image.pixelColor(x, y)
        for x in range(300)
        for y in range(200)
        if not inside.adjusted(-1, -1, 1, 1).contains(x, y)
    )
    assert set(map(QColor.name, outside)) == {MARKER.name()}


@pytest.mark.parametrize(("width", "height"), [(960, 540), (300, 700), (1600, 300), (160, 120)])
def test_the_head_stays_in_the_picture(width, height):
    scale, dx, dy = framing(width, height)
    top, bottom = dy + 100 * scale, dy + 480 * scale
    assert top >= 0
    assert bottom <= height
    assert dx + (640 - 150) * scale >= 0
    assert dx + (640 + 150) * scale <= width


def test_painting_leaves_the_painter_as_it_was(qapp):
    image = QImage(100, 60, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    before = painter.transform()
    PortraitPainter(LOOKS["eli"]).paint(painter, QRectF(10, 5, 80, 45), Pose())
    assert painter.transform() == before
    assert painter.opacity() == 1.0
    painter.end()


@pytest.mark.parametrize(
    ("name", "at", "others"),
    [("tension", 0.5, {"mouth_open": 0.5}), ("mouth_open", 0.05, {}), ("squint", 0.3, {})],
)
def test_nothing_pops_up_as_a_parameter_grows(qapp, name, at, others):
    before, after = (
        painted("ines", Pose(**others, **{name: at + step}), 960, 540) for step in (-0.005, 0.005)
    )
    assert difference(before, after) == 0


def test_a_canvas_draws_what_an_enlarging_painter_would(qapp):
    def drawn(enlarge: bool) -> QImage:
        image = QImage(200, 200, QImage.Format.Format_RGB32)
        image.fill(MARKER)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        fill = along((0, 0), (2, 2), (0.0, QColor("black")), (1.0, QColor("white")))
        shape = QPainterPath()
        shape.addEllipse(QPointF(1.0, 0.9), 0.7, 0.5)
        if enlarge:
            painter.scale(100, 100)
            painter.setBrush(fill)
            painter.drawPath(shape)
        else:
            canvas = Canvas(painter, 100)
            canvas.ink(fill)
            canvas.path(shape)
        painter.end()
        return image

    assert difference(drawn(True), drawn(False)) < 0.001
