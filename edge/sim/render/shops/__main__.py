"""Render random shops: python -m edge.sim.render.shops --out DIR."""

from edge.sim.render.shops.command import main

if __name__ == "__main__":
    main()
