"""The colours of classes, in the explorer page and in files for other programs."""

from collections.abc import Sequence

NO_CLASS = "#a3a3a8"
# For artists whose genres are not among the commonest: they are known, so it is darker.
OTHER_GENRES = "#77757f"

# The first five are by Okabe and Ito (2008), made for all kinds of colour vision; their
# pink is left out, because some people see it as grey. Each next colour is the one that
# lies furthest in OKLab from all before it, grey included, with full colour vision and
# with each kind of colour blindness (simulated after Machado, Oliveira and Fernandes,
# 2009), and that stands out on light and dark.
_PALETTE = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#56b4e9",
    "#d55e00",
    "#78f0b4",
    "#a51e2d",
    "#8778ff",
    "#d2e100",
    "#964b78",
    "#004bd2",
    "#87d2ff",
    "#96c387",
    "#ff4b69",
    "#c33c2d",
    "#b478c3",
    "#5ad2c3",
    "#c32da5",
    "#961e87",
    "#695af0",
)


def class_colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each class, as "#rrggbb"; "" stands for artists without a class, grey.

    The first 20 classes have colours of their own; then the colours repeat.
    """
    colours = {
        name: _PALETTE[number % len(_PALETTE)] for number, name in enumerate(names)
    }
    return {**colours, "": NO_CLASS}
