"""The process in which matplotlib draws a bar chart: JSON comes in, a PNG goes out.

A script, not a module of this package: it imports nothing of it. Its ground is one that reads in light and dark chats.
"""

import json
import sys

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

GROUND, TEXT, GRID, BARS = "#1f2c38", "#eef3f7", "#3b4a58", "#62b5f0"
WIDTH_IN, HEIGHT_IN, DPI = 6.4, 4.0, 160
"""A phone shows it about 6 cm wide, so letters are as large as a chat's."""


def main() -> None:
    """Draw what `handlers.dependencies.Chart` says."""
    chart = json.load(sys.stdin)
    figure = Figure(
        figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor=GROUND, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1)
    )
    axes = figure.add_subplot(facecolor=GROUND)
    places = range(len(chart["values"]))
    axes.bar(places, chart["values"], color=BARS, width=0.8)
    labelled = [place for place in places if chart["labels"][place]]
    axes.set_xticks(labelled, [chart["labels"][place] for place in labelled])
    axes.set_xlim(-0.6, len(chart["values"]) - 0.4)
    axes.set_ylim(0, max(1, *chart["values"]) * 1.05)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.tick_params(colors=TEXT, labelsize=16, length=0, pad=8)
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.set_title(chart["title"], color=TEXT, fontsize=20, loc="left", pad=12)
    FigureCanvasAgg(figure)
    figure.savefig(sys.stdout.buffer, format="png")


if __name__ == "__main__":
    main()
