"""chart.py: the means of `make bench` as bars, one panel a host, in SVG that shows in light and
dark pages."""
import math

ROW, LEFT, WIDTH, TOP = 22, 130, 420, 30
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; } .own { fill: #c8321e; } .other { fill: #8c959f; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .other { fill: #6e7681; } }
</style>"""


def draw(means):
    """host -> {contender: how many times chiwawa's time}; bars are logarithmic."""
    parts, y = [], TOP
    values = [v for entry in means.values() for v in entry.values() if v]
    if not values:
        values = [1.0]
    low, high = math.log(min(values + [1]) * 0.7), math.log(max(values + [1]))

    def length(value):
        return WIDTH * (math.log(value) - low) / (high - low)
    for host, entry in means.items():
        parts.append(f'<text class="title" x="8" y="{y}">{host}</text>')
        rows = [("chiwawa", 1.0)] + [(c, v) for c, v in entry.items() if v]
        for name, value in sorted(rows, key=lambda row: row[1]):
            y += ROW
            kind = "own" if name == "chiwawa" else "other"
            parts.append(f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{name}</text>'
                         f'<rect class="{kind}" x="{LEFT}" y="{y - 12}" height="15" '
                         f'width="{length(value):.1f}" rx="2"/>'
                         f'<text x="{LEFT + length(value) + 6:.1f}" y="{y}">{value:.2f}</text>')
        y += ROW + 14
    title = "Run time as a multiple of chiwawa's, geometric mean of all guests (logarithmic)"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" '
            f'viewBox="0 0 {LEFT + WIDTH + 60} {y + 6}" width="{LEFT + WIDTH + 60}">{STYLE}\n'
            + "\n".join(parts) + f'\n<text x="8" y="{y}">{title}</text></svg>\n')
