"""From nothing to the model: python -m edge.vision.training --out DIR."""

from edge.vision.training.command import main

if __name__ == "__main__":
    main()
