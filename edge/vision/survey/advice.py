"""What is wrong with how a camera hangs, in plain words, and what to do about it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge.vision.survey.findings import Findings

# Bounds beyond which counting suffers. People's height and frames: the survey's own table (`accuracy`). Light: a
# picture that `camera_health` calls dark is below 18; from 45 on a camera has colours to tell people by. Angle: below
# 15° people hide each other, above 65° a model that learnt people from the side sees heads and shoulders.
PERSON_PX, FRAMES = 50.0, 5.0
DARK, FLAT, BURNT, NOISE = 45.0, 20.0, 0.12, 6.0
SHALLOW, STEEP = 15.0, 65.0
OCCLUSION = 0.15
FPS_SHARE = 0.8
LEAST_S, LEAST_CROSSINGS = 60.0, 10
AGAINST = 0.25


@dataclass(frozen=True)
class Advice:
    """A warning.

    Attributes:
        what: that is wrong.
        do: what to do.
    """

    what: str
    do: str


Rule = Callable[[Findings], Advice | None]


def advise(findings: Findings) -> list[Advice]:
    """Everything that is wrong, the worst first."""
    said = (rule(findings) for rule in (*_SEEING, *_LINE, *_LIGHT, *_REST))
    return [one for one in said if one is not None]


def _one_frame(found: Findings) -> Advice | None:
    if found.fps is not None:
        return None
    return Advice("There was only one picture.", "Survey a camera that runs, or a clip of a minute or more.")


def _nobody(found: Findings) -> Advice | None:
    if found.people:
        return None
    return Advice(
        "Nobody was seen.",
        "Walk through the picture a few times while the survey runs. If you did, people are too small, too dark or "
        "seen too steeply for the model.",
    )


def _no_line(found: Findings) -> Advice | None:
    if not found.people or found.proposals:
        return None
    return Advice(
        "Nobody walked right through the picture, so no line can be proposed.",
        "Survey while people come and go, or walk through the door ten times yourself.",
    )


def _short(found: Findings) -> Advice | None:
    if not found.people or (
        found.seconds >= LEAST_S and sum(one.crossings for one in found.proposals) >= LEAST_CROSSINGS
    ):
        return None
    ways = sum(one.crossings for one in found.proposals)
    return Advice(
        f"It is little to judge by: {found.seconds:.0f} s, {ways} ways over the line.",
        f"Survey for a minute or more with at least {LEAST_CROSSINGS} people who pass.",
    )


def _small(found: Findings) -> Advice | None:
    small = [one for one in found.proposals if one.height * found.scale < PERSON_PX]
    if not small:
        return None
    return Advice(
        f"The model has only {small[0].height * found.scale:.0f} pixels of a person at {small[0].line.id}; "
        f"{PERSON_PX:.0f} are wanted.",
        "Use a longer lens, hang the camera nearer, or take a model with a larger input.",
    )


def _few_frames(found: Findings) -> Advice | None:
    few = [one for one in found.proposals if one.frames < FRAMES]
    if not few:
        return None
    return Advice(
        f"Only {few[0].frames:.0f} pictures are analysed while somebody crosses {few[0].line.id}; "
        f"{FRAMES:.0f} are wanted.",
        "Raise the camera's fps, or put the line where people are seen for longer.",
    )


def _ends_at_line(found: Findings) -> Advice | None:
    bad = [one for one in found.proposals if one.against > AGAINST * max(1, one.crossings)]
    if not bad:
        return None
    return Advice(
        f"{bad[0].against} people appear, vanish or turn round at {bad[0].line.id}.",
        "Turn the camera so that people are seen for at least a metre on both sides of the door.",
    )


def _hidden(found: Findings) -> Advice | None:
    if found.occlusion is None or found.occlusion < OCCLUSION:
        return None
    return Advice(
        f"In {found.occlusion:.0%} of sights somebody is partly hidden by somebody else.",
        "Hang the camera higher or let it look down more steeply.",
    )


def _angle(found: Findings) -> Advice | None:
    if found.view is None or SHALLOW <= found.view.steepness <= STEEP:
        return None
    shallow = found.view.steepness < SHALLOW
    how = "flatly" if shallow else "steeply"
    return Advice(
        f"People are seen too {how}: about {found.view.steepness:.0f}° below the horizon.",
        "Hang it higher and tilt it down." if shallow else "Tilt it up, so that whole people are seen.",
    )


def _dark(found: Findings) -> Advice | None:
    if found.light.mean >= DARK:
        return None
    return Advice(
        f"The picture is dark: its mean is {found.light.mean:.0f} of 255.",
        "Switch the light on, lengthen the exposure or use the camera's infrared light, and survey again.",
    )


def _flat(found: Findings) -> Advice | None:
    if found.light.contrast >= FLAT or found.light.mean < DARK:
        return None
    return Advice(
        f"The picture has little contrast ({found.light.contrast:.0f} of 255).",
        "Clean the lens and its cover, and see that nothing hangs before it.",
    )


def _backlight(found: Findings) -> Advice | None:
    if found.light.burnt < BURNT:
        return None
    return Advice(
        f"{found.light.burnt:.0%} of the picture is burnt out: people before it are seen as shadows.",
        "Turn the camera away from the window, or switch on its backlight compensation (WDR).",
    )


def _noise(found: Findings) -> Advice | None:
    if found.light.noise is None or found.light.noise < NOISE:
        return None
    return Advice(
        f"The picture is noisy: {found.light.noise:.1f} grey levels.", "Give it more light, or limit the camera's gain."
    )


def _slow(found: Findings) -> Advice | None:
    if found.fps is None or found.fps >= FPS_SHARE * found.wanted_fps:
        return None
    return Advice(
        f"{found.fps:.1f} pictures a second came instead of {found.wanted_fps:g}.",
        "Raise the stream's frame rate, or see what else keeps this machine or the network busy.",
    )


def _pauses(found: Findings) -> Advice | None:
    if not found.pauses:
        return None
    return Advice(
        f"The stream stood still {found.pauses} times.", "Look at the network cable, the switch and the camera's load."
    )


def _walks(found: Findings) -> Advice | None:
    if found.walked and found.people and not found.walks:
        return Advice(
            f"The {found.walked} test walks cannot be held against anything: there is no line.",
            "Draw a line in the configuration and survey the camera by its id with --config, or walk right through "
            "the picture.",
        )
    wrong = [one for one in found.walks if not one.right]
    if not wrong or len(wrong) < len(found.walks):
        return None
    return Advice(
        f"{wrong[0].errors} of the test walks and counts do not fit at {wrong[0].line}.",
        "See the table of walks; move the line to where people are seen whole on both sides, and walk again.",
    )


_SEEING: Sequence[Rule] = (_one_frame, _nobody, _no_line, _walks)
_LINE: Sequence[Rule] = (_small, _few_frames, _ends_at_line, _hidden, _angle)
_LIGHT: Sequence[Rule] = (_dark, _flat, _backlight, _noise)
_REST: Sequence[Rule] = (_slow, _pauses, _short)
