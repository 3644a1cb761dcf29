"""The verbs of `store-edge`: they take the arguments, call one function and show what it returns.

Each verb imports what it needs when it is called, so that `--help` and the small verbs start at once.
"""

import typer

from edge.verbs import bench, cloud, footfall, gateway, model, outbox, recordings, scale, sim, update

app = typer.Typer(
    help="Count people and goods in a shop and deliver the counts over MQTT; nothing lost, nothing counted twice.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

# In the order of the help.
for _verbs in (gateway.app, footfall.app, recordings.app, cloud.app):
    app.add_typer(_verbs)
for _name, _group in (
    ("model", model.app),
    ("outbox", outbox.app),
    ("bench", bench.app),
    ("scale", scale.app),
    ("sim", sim.app),
    ("update", update.app),
):
    app.add_typer(_group, name=_name)
