"""The eight clients as numbers: proportions of the face, colours, hair and clothes. No Qt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What stays the same about a client in every pose. Proportions are factors around 1."""

    # face
    face_w: float = 0.96
    jaw: float = 1.0  # width at the corners of the jaw
    chin_w: float = 1.0
    chin_y: float = 0.0  # + longer chin, in head units
    cheek: float = 1.0  # width at the cheekbones
    crown: float = 0.90  # height of forehead and skull
    eye_x: float = 0.42  # centre of the eye from the midline
    eye_w: float = 0.215  # half width
    eye_h: float = 1.0
    eye_slant: float = 0.0  # + outer corners higher
    hood: float = 0.0  # 0 deep crease .. 1 hooded lid
    brow_w: float = 1.0  # thickness
    brow_arch: float = 1.0
    brow_y: float = 0.0  # + lower
    nose_w: float = 1.0
    nose_y: float = 0.0  # + longer
    bridge: float = 1.0  # how strongly the bridge is modelled
    lips: float = 1.0  # fullness
    mouth_w: float = 1.0
    mouth_y: float = 0.0
    lash: float = 0.5
    age: float = 0.0  # lines, 0..1
    # colours
    skin: str = "#d9a98c"
    light: str = "#eec5a6"
    shade: str = "#a56a53"
    lip: str = "#b3695f"
    iris: str = "#5b4232"
    brow: str = "#3a2924"
    hair: str = "#3b2a26"
    hair_light: str = "#6b4c40"
    # what is worn
    style: str = "short"
    beard: str = ""  # "", "stubble" or "full"
    glasses: bool = False
    garment: str = "crew"
    cloth: str = "#4f6670"
    shirt: str = "#d9d3c8"
    build: float = 1.0  # width of the shoulders
    neck: float = 1.0
    wall: str = "#cfc4b4"
    chair: str = "#7b7468"
    words: str = "A client sitting in an armchair"  # for those who cannot see it


FALLBACK = Look(
    skin="#c9997c", light="#e0b697", shade="#915d48", lip="#a8685c", hair="#4a3a32",
    hair_light="#77604f", brow="#43342d", style="short", garment="crew", cloth="#6d7468",
)  # fmt: skip

LOOKS: dict[str, Look] = {
    "marcus": Look(
        face_w=0.99, crown=0.93, jaw=1.10, chin_w=1.16, chin_y=0.02, eye_x=0.425, eye_w=0.205,
        eye_h=0.95,
        hood=0.25, brow_w=1.25, brow_arch=0.75, brow_y=0.02, nose_w=1.28, nose_y=0.0, bridge=0.85,
        lips=1.30, mouth_w=1.08, lash=0.3, age=0.25, skin="#8c5a3e", light="#b57d58",
        shade="#4f2c1d", lip="#7d4740", iris="#2f1f18", brow="#1b1412", hair="#1c1715",
        hair_light="#453931", style="fade", beard="stubble", garment="jacket", cloth="#6f5d49",
        shirt="#3b4a57", build=1.08, neck=1.14, wall="#cbc3b2", chair="#5f6b66",
        words="Marcus, a Black man of forty with short hair and stubble, in a jacket",
    ),
    "ruth": Look(
        face_w=0.92, jaw=0.98, chin_w=0.92, cheek=0.99, eye_x=0.41, eye_w=0.195, eye_h=0.86,
        eye_slant=-0.02, hood=0.75, brow_w=0.75, brow_arch=1.05, nose_w=0.98, nose_y=0.05,
        bridge=1.1, lips=0.62, mouth_w=0.96, mouth_y=0.02, lash=0.35, age=1.0, skin="#e2bba1",
        light="#f4d7c0", shade="#ab7762", lip="#b2756c", iris="#5c6f7a", brow="#857b74",
        hair="#8b8683", hair_light="#c9c5c0", style="grey bob", glasses=True, garment="roll",
        cloth="#7d5a66", build=0.90, neck=0.92, wall="#d6c8b6", chair="#6f7f78",
        words="Ruth, a woman of sixty-three with a grey bob and glasses, in a roll-neck",
    ),
    "eli": Look(
        face_w=0.88, crown=0.88, jaw=0.90, chin_w=0.84, chin_y=0.05, eye_x=0.415, eye_w=0.215,
        eye_h=1.05,
        eye_slant=-0.015, hood=0.1, brow_w=0.95, brow_arch=0.8, nose_w=0.96, nose_y=0.03,
        bridge=1.0, lips=0.95, mouth_w=0.94, lash=0.45, skin="#e7c1a2", light="#f7dbc1",
        shade="#b57c61", lip="#bd7a6d", iris="#66684e", brow="#53402f", hair="#4d3423",
        hair_light="#8d6743", style="curls", garment="hoodie", cloth="#5d7061", build=0.90,
        neck=0.93, wall="#cfcabd", chair="#8a6f5a",
        words="Eli, a young person of twenty with curly hair, in a hoodie",
    ),
    "dana": Look(
        face_w=0.95, crown=0.87, jaw=0.93, chin_w=0.90, cheek=1.02, eye_x=0.42, eye_w=0.22,
        eye_h=1.0,
        eye_slant=0.015, hood=0.2, brow_w=0.9, brow_arch=1.1, nose_w=0.92, bridge=0.95, lips=0.9,
        mouth_w=0.98, lash=0.75, age=0.18, skin="#dcae92", light="#f0cbaf", shade="#a56c55",
        lip="#b4675d", iris="#5a4432", brow="#38281f", hair="#33231e", hair_light="#6b4737",
        style="dark bob", garment="crew", cloth="#466470", build=0.93, neck=0.93, wall="#d3c6b4",
        chair="#8b7463", words="Dana, a woman with a dark bob, in a plain sweater",
    ),
    "priya": Look(
        face_w=0.90, crown=0.88, jaw=0.92, chin_w=0.86, chin_y=-0.03, cheek=1.02, eye_x=0.42,
        eye_w=0.232,
        eye_h=1.12, eye_slant=0.02, brow_w=1.1, brow_arch=1.05, nose_w=1.03, nose_y=-0.01,
        bridge=1.0, lips=1.15, mouth_w=0.92, lash=1.0, skin="#b57e58", light="#d5a077",
        shade="#75452e", lip="#9a564d", iris="#33221a", brow="#1a1411", hair="#211917",
        hair_light="#5a453c", style="long", garment="crew", cloth="#94533f", build=0.86,
        neck=0.88, wall="#d6cab6", chair="#6d7a6c",
        words="Priya, a South Asian woman of twenty-four with long dark hair",
    ),
    "tom": Look(
        face_w=1.02, crown=0.95, jaw=1.06, chin_w=1.08, chin_y=0.02, cheek=0.99, eye_x=0.42,
        eye_w=0.195,
        eye_h=0.88, eye_slant=-0.025, hood=0.85, brow_w=1.2, brow_arch=0.65, brow_y=0.04,
        nose_w=1.16, nose_y=0.06, bridge=1.25, lips=0.62, mouth_w=1.04, mouth_y=0.03, lash=0.15,
        age=0.85, skin="#d9a78a", light="#edc5a8", shade="#9a624c", lip="#ab6f62", iris="#5b6d7c",
        brow="#6d635b", hair="#77716c", hair_light="#b1aba4", style="receding", garment="jacket",
        cloth="#3d4c5e", shirt="#d5d8d9", build=1.10, neck=1.15, wall="#cbc2b1", chair="#7d6957",
        words="Tom, a man of fifty-eight with receding grey hair, in a jacket",
    ),
    "ines": Look(
        face_w=0.98, jaw=0.96, chin_w=0.96, chin_y=-0.01, cheek=1.03, eye_x=0.43, eye_w=0.222,
        eye_h=0.98, eye_slant=0.0, hood=0.35, brow_w=1.15, brow_arch=1.25, nose_w=1.05, nose_y=0.04,
        bridge=1.3, lips=1.18, mouth_w=1.06, lash=0.85, age=0.42, skin="#cb9672", light="#e4b793",
        shade="#8d5840", lip="#a9574f", iris="#4a3524", brow="#2c201a", hair="#34251d",
        hair_light="#74523c", style="bun", garment="blouse", cloth="#b9a184", build=0.95, neck=0.94,
        wall="#cec2b4", chair="#57696b",
        words="Ines, a woman of forty-six with her hair up, in a blouse",
    ),
    "jonas": Look(
        face_w=0.95, jaw=1.05, chin_w=1.02, chin_y=0.05, cheek=0.97, eye_x=0.405, eye_w=0.205,
        eye_h=0.92, eye_slant=0.01, hood=0.45, brow_w=1.0, brow_arch=0.7, brow_y=0.03, nose_w=1.02,
        nose_y=0.02, bridge=1.15, lips=0.8, mouth_w=0.98, lash=0.2, age=0.1, skin="#e6bfa6",
        light="#f6d8c3", shade="#b27a64", lip="#b9766a", iris="#5f7f86", brow="#8f5a36",
        hair="#8d5231", hair_light="#c98a55", style="quiff", beard="full", garment="crew",
        cloth="#575c6e", build=1.05, neck=1.08, wall="#cdc6b8", chair="#77705f",
        words="Jonas, a man of thirty-one with reddish hair and a beard, in a sweater",
    ),
}  # fmt: skip


def look_for(look_id: str) -> Look:
    """The look called ``look_id``, or a neutral person when the pack names one unknown here."""
    return LOOKS.get(look_id, FALLBACK)
