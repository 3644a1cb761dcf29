"""The GLSL programs: procedural surfaces, soft light and shadows, cloth cut to its hem, instance masks."""

NOISE = """
float hash(vec3 p) { p = fract(p * 0.3183099 + vec3(.1, .17, .13)); p *= 17.0;
  return fract(p.x * p.y * p.z * (p.x + p.y + p.z)); }
float noise(vec3 x) { vec3 i = floor(x), f = fract(x); f = f * f * (3.0 - 2.0 * f);
  return mix(mix(mix(hash(i), hash(i + vec3(1,0,0)), f.x), mix(hash(i + vec3(0,1,0)), hash(i + vec3(1,1,0)), f.x),
    f.y),
             mix(mix(hash(i + vec3(0,0,1)), hash(i + vec3(1,0,1)), f.x), mix(hash(i + vec3(0,1,1)),
               hash(i + vec3(1,1,1)), f.x), f.y), f.z); }
"""

LIGHTING = """
uniform mat4 key_matrix; uniform mat4 day_matrix;
uniform sampler2DShadow key_map; uniform sampler2DShadow day_map;
uniform vec3 key_dir; uniform vec3 day_dir; uniform vec3 eye;
float lit(sampler2DShadow map, mat4 matrix, vec3 p, vec3 n, float radius, float spin) {
  vec3 q = (matrix * vec4(p + n * 0.03, 1.0)).xyz * 0.5 + 0.5;
  if (any(lessThan(q.xy, vec2(0.0))) || any(greaterThan(q.xy, vec2(1.0)))) return 1.0;
  float sum = 0.0;
  for (int i = 0; i < 8; i++) {
    float r = sqrt((float(i) + 0.5) / 8.0) * radius, a = float(i) * 2.39996 + spin;
    sum += texture(map, vec3(q.xy + r * vec2(cos(a), sin(a)), q.z - 0.0015));
  }
  return sum / 8.0;
}
vec3 light(vec3 p, vec3 n, vec3 albedo, float gloss) {
  float spin = 6.2831 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  vec3 to_eye = normalize(eye - p);
  if (p.y > 0.14) {  // outdoors, overcast
    float sky = 0.62 + 0.38 * n.z;
    return albedo * (1.55 * sky + 0.25 * max(0.0, dot(n, normalize(vec3(-0.3, -0.5, 0.8)))));
  }
  float key = lit(key_map, key_matrix, p, n, 0.020, spin) * max(0.0, dot(n, key_dir));
  float near_door = exp(p.y / 2.2);
  float day = lit(day_map, day_matrix, p, n, 0.012, spin) * max(0.0, dot(n, day_dir)) * near_door;
  vec3 ambient = mix(vec3(0.20, 0.19, 0.18), vec3(0.38, 0.375, 0.365), n.z * 0.5 + 0.5);
  ambient += vec3(0.20, 0.22, 0.24) * near_door * max(0.0, n.y * 0.6 + 0.4);
  vec3 half_dir = normalize(key_dir + to_eye);
  float shine = gloss * pow(max(0.0, dot(n, half_dir)), 24.0);
  return albedo * (ambient + key * vec3(0.78, 0.75, 0.69) + day * vec3(0.85, 0.9, 0.95)) + shine * key;
}
vec3 grade(vec3 c) { c *= 0.80; c = c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14);
  return pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2)); }
"""

ROOM_VERTEX = """#version 330
uniform mat4 camera; in vec3 in_position; in vec3 in_normal; in vec3 in_colour; in float in_kind;
out vec3 p; out vec3 n; out vec3 colour; flat out int kind;
void main() { p = in_position; n = in_normal; colour = in_colour; kind = int(in_kind + 0.5);
  gl_Position = camera * vec4(in_position, 1.0); }
"""

ROOM_FRAGMENT = (
    """#version 330
in vec3 p; in vec3 n; in vec3 colour; flat in int kind; out vec4 pixel;
uniform vec4 feet[24]; uniform int foot_count;
"""
    + NOISE
    + LIGHTING
    + """
float joint(vec2 at, float size, float width) {
  vec2 d = abs(fract(at / size) - 0.5) * size; vec2 e = size * 0.5 - d;
  float w = width + 0.5 * max(fwidth(at.x), fwidth(at.y));
  return 1.0 - smoothstep(0.0, w, min(e.x, e.y));
}
void main() {
  vec3 albedo = colour; float gloss = 0.0; vec3 extra = vec3(0.0); vec3 m = n;
  if (kind == 1) {
    vec2 cell = floor(p.xy / 0.6);
    albedo *= 0.90 + 0.14 * hash(vec3(cell, 1.0));
    albedo *= 0.92 + 0.10 * noise(p * 5.0) + 0.05 * noise(p * 40.0);
    albedo = mix(albedo, vec3(0.23, 0.22, 0.21), 0.75 * joint(p.xy, 0.6, 0.006));
    gloss = 0.05;
    vec3 r = reflect(normalize(p - eye), vec3(0, 0, 1));
    float s = -p.y / max(r.y, 0.01); vec3 h = p + s * r;
    float open = smoothstep(-1.5, -1.2, h.x) * (1.0 - smoothstep(1.1, 1.5, h.x));
    float glass = smoothstep(-3.6, -3.3, h.x) * (1.0 - smoothstep(2.9, 3.2, h.x));
    float shape = max(open, 0.75 * glass) * (1.0 - smoothstep(1.9, 2.5, h.z));
    float fresnel = 0.05 + 0.5 * pow(1.0 - abs(dot(normalize(p - eye), vec3(0, 0, 1))), 4.0);
    extra = vec3(0.95, 1.0, 1.05) * shape * fresnel * (0.7 + 0.3 * noise(p * 3.0));
    vec3 lamp = p + r * (3.4 / max(r.z, 0.05));
      vec2 strip = abs(fract(lamp.xy / vec2(2.4, 3.2)) - 0.5) * vec2(2.4, 3.2);
    extra += vec3(0.9, 0.88, 0.82) * 0.09 * smoothstep(0.34, 0.08, strip.x) * smoothstep(1.0, 0.7, strip.y);
  } else if (kind == 2) {
    float kerb = smoothstep(3.55, 3.6, p.y);
    albedo = mix(colour * (0.95 + 0.1 * hash(vec3(floor(p.xy / 0.4), 2.0))), vec3(0.13, 0.13, 0.135), kerb);
    albedo = mix(albedo, albedo * 0.65, (1.0 - kerb) * joint(p.xy, 0.4, 0.008));
    albedo = mix(albedo, vec3(0.48, 0.47, 0.45), smoothstep(3.48, 3.5, p.y) * (1.0 - smoothstep(3.62, 3.64, p.y)));
    albedo = mix(albedo, colour, smoothstep(10.4, 10.5, p.y));
    albedo *= 0.9 + 0.2 * noise(p * 9.0);
  } else if (kind == 3) {
    vec2 w = fract(p.xz / vec2(2.1, 2.9));
      float pane = step(0.25, w.x) * step(w.x, 0.75) * step(0.25, w.y) * step(w.y, 0.8);
    albedo = mix(albedo * (0.9 + 0.2 * noise(p * 2.0)), vec3(0.16, 0.19, 0.22), pane);
  } else if (kind == 4) {
    albedo *= 0.8 + 0.5 * hash(floor(p * 90.0)) + 0.15 * sin(p.x * 160.0);
  } else if (kind == 5) {
    float band = step(0.5, fract((p.z + colour.r) * 7.0)); float label = noise(p * 26.0 + colour * 90.0);
    albedo = mix(albedo, vec3(0.72, 0.70, 0.66), 0.55 * band * step(0.45, label)); gloss = 0.10;
  } else if (kind == 6) {
    albedo *= 0.75 + 0.4 * noise(vec3(p.x * 3.0, p.y * 3.0, p.z * 60.0));
  } else if (kind == 7) {
    gloss = 0.25;
  } else if (kind == 8) {
    vec2 q = p.xz; albedo = mix(colour, vec3(0.75, 0.72, 0.66), step(0.5, fract(q.y * 1.4)));
    albedo = mix(albedo, colour.bgr, step(length(fract(q * vec2(1.0, 0.9)) - 0.5), 0.22));
  } else if (kind == 9) {
    albedo *= 0.5 + 1.0 * noise(p * 22.0); m = normalize(n + vec3(0.0, 0.0, 0.8));
  }
  float shade = 1.0;
  if (p.z < 0.1) for (int i = 0; i < foot_count; i++) {
    vec2 d = p.xy - feet[i].xy; float r = 0.10 + 0.9 * feet[i].z;
    shade *= 1.0 - 0.70 * feet[i].w * exp(-dot(d, d) / (r * r));
    shade *= 1.0 - 0.24 * exp(-dot(d, d) / 0.12);
  }
  if (p.y < 0.0 && kind == 1) {  // corners collect less light
    shade *= 0.72 + 0.28 * smoothstep(0.0, 0.7, -p.y + 3.0 * max(0.0, 1.3 - abs(p.x)));
    shade *= 0.6 + 0.4 * smoothstep(0.0, 0.5, min(abs(p.x - 2.75) + step(p.y, -4.6) + step(-1.5, p.y), 9.0));
  }
  vec3 c = light(p, m, albedo, gloss) * shade + extra * mix(1.0, shade, 0.6);
  pixel = vec4(grade(c), 1.0);
}
"""
)

GLASS_VERTEX = """#version 330
uniform mat4 camera; in vec3 in_position; out vec3 p;
void main() { p = in_position; gl_Position = camera * vec4(p, 1.0); }
"""

GLASS_FRAGMENT = """#version 330
in vec3 p; out vec4 pixel;
void main() {
  float streak = smoothstep(0.25, 0.0, abs(fract(p.x * 0.45 + p.z * 0.35) - 0.5));
  float dots = (1.0 - smoothstep(0.02, 0.026, length(vec2(fract(p.x / 0.16) - 0.5, (p.z - 1.38) / 0.16) * 0.16)));
  vec3 c = mix(vec3(0.52, 0.58, 0.60), vec3(0.9), dots);
  pixel = vec4(c, max(0.04 + 0.05 * streak, 0.7 * dots));
}
"""

BODY_VERTEX = """#version 330
uniform mat4 camera; uniform float ease; uniform float hem_ease; uniform float hem_flare; uniform float foot_ease;
in vec3 in_position; in vec3 in_normal; in vec3 in_rest; in vec4 in_traits;
out vec3 p; out vec3 n; out vec3 rest; out vec4 traits;
void main() {
  float low = clamp((0.0 - in_rest.z) / 0.85, 0.0, 1.0) * (1.0 - in_traits.x);
  float flare = smoothstep(0.22, -0.08, in_rest.z) * (1.0 - in_traits.x);
  float grow = ease + hem_ease * low + hem_flare * flare + foot_ease * in_traits.z;
  p = in_position + in_normal * grow; n = in_normal; rest = in_rest; traits = in_traits;
  gl_Position = camera * vec4(p, 1.0);
}
"""

# One shader dresses all shells of a person; ``layer`` picks the rule that cuts the shell.
BODY_CUT = """
uniform int layer; uniform float sleeve; uniform float shirt_hem; uniform float trouser_hem; uniform float skirt_hem;
uniform float hair_hem; uniform float legs_bare;
bool cut(vec3 rest, vec4 traits) {
  bool arm = traits.x > 0.5;
  if (layer == 0) {        // skin and shoes
    if (arm) return traits.y < sleeve - 0.06;
    if (traits.w > 0.2) return false;
    return rest.z > trouser_hem + 0.03 && traits.z < 0.4;
  }
  if (layer == 1) return arm ? traits.y > sleeve : (rest.z < shirt_hem || traits.w > 0.62);   // shirt
  if (layer == 2) return arm || rest.z < trouser_hem || (rest.z < -0.74 && rest.y < -0.035) || rest.z > shirt_hem +
    0.025;                          // trousers
  if (layer == 3) return rest.z < skirt_hem || rest.z > shirt_hem + 0.03;            // skirt
  if (layer == 4) return rest.z < hair_hem || (rest.y < -0.075 && rest.z < 0.79);               // hair
  return false;
}
"""

BODY_FRAGMENT = (
    """#version 330
in vec3 p; in vec3 n; in vec3 rest; in vec4 traits; out vec4 pixel;
uniform vec3 skin; uniform vec3 hair; uniform vec3 shirt; uniform vec3 shirt_2; uniform vec3 front;
  uniform vec3 trousers;
uniform vec3 skirt; uniform vec3 shoes; uniform vec3 bag; uniform int pattern; uniform float seed;
"""
    + NOISE
    + LIGHTING
    + BODY_CUT
    + """
void main() {
  if (cut(rest, traits)) discard;
  vec3 m = normalize(n); vec3 albedo = skin; float gloss = 0.04; float fold = 0.0; float shade = 1.0;
  if (layer == 0) {
    albedo *= 0.94 + 0.12 * noise(rest * 60.0);
    if (rest.z > 0.60 && traits.w > 0.5) {
      float face = smoothstep(-0.10, -0.13, rest.y);
      albedo = mix(albedo, albedo * vec3(1.08, 0.82, 0.80), face * smoothstep(0.02, 0.0,
        abs(rest.z - 0.655)) * smoothstep(0.03, 0.02, abs(rest.x)));
      float brow = smoothstep(0.010, 0.004, abs(rest.z - 0.749)) * smoothstep(0.008, 0.014,
        abs(rest.x)) * smoothstep(0.052, 0.044, abs(rest.x));
      albedo = mix(albedo, hair * 0.8, 0.8 * brow * face);
      float eyes = smoothstep(0.018, 0.008, length(vec2(abs(rest.x) - 0.031, (rest.z - 0.728) * 1.6)));
      albedo = mix(albedo, albedo * 0.45, eyes * face);
      float scalp = smoothstep(0.742, 0.755, rest.z + 0.55 * (rest.y + 0.06));
      scalp = max(scalp, smoothstep(0.0, 0.02, rest.y + 0.01) * smoothstep(0.64, 0.67, rest.z));
      albedo = mix(albedo, hair * (0.8 + 0.5 * noise(rest * vec3(90.0, 90.0, 30.0))), scalp);
      shade *= mix(0.7, 1.0, smoothstep(0.59, 0.64, rest.z));
    }
    if (traits.z > 0.30 && rest.z < -0.752) { albedo = shoes; gloss = 0.12;
      albedo = mix(albedo, shoes * 0.4 + 0.02, step(rest.z, -0.828)); }
  } else if (layer == 1) {
    albedo = shirt; fold = 0.55;
    if (pattern == 1) albedo = mix(shirt, shirt_2, step(0.5,
      fract((traits.x > 0.5 ? traits.y * 0.35 : rest.z) * 16.0)));
    if (pattern == 2 && traits.x < 0.5 && rest.y < -0.06 && abs(rest.x) < 0.035 + 0.05 * smoothstep(0.25, 0.5,
      rest.z)) albedo = front;
    shade *= mix(0.72, 1.0, smoothstep(0.0, 0.06, abs(abs(rest.x) - 0.17) + step(0.42, rest.z)));
    albedo *= 1.0 - 0.35 * smoothstep(shirt_hem + 0.012, shirt_hem, rest.z) * step(traits.x, 0.5);
    albedo *= 1.0 - 0.3 * smoothstep(0.5, 0.62, traits.w);
  } else if (layer == 2) {
    albedo = trousers; fold = 0.5 + 0.4 * smoothstep(-0.5, -0.85, rest.z);
    albedo *= 0.95 + 0.10 * smoothstep(0.5, 1.0, noise(rest * vec3(7.0, 7.0, 3.0) + seed));
    shade *= mix(0.66, 1.0, smoothstep(0.0, 0.07, abs(rest.x)));
    shade *= mix(1.0, 0.7, smoothstep(-0.12, 0.0, rest.z) * 0.6);
  } else if (layer == 3) {
    albedo = skirt; fold = 0.5; shade *= 0.9 + 0.1 * sin(atan(rest.y, rest.x) * 18.0);
    if (!gl_FrontFacing) { m = -m; shade *= 0.45; }
  } else if (layer == 4) {
    albedo = hair * (0.7 + 0.7 * noise(rest * vec3(120.0, 120.0, 14.0))); gloss = 0.10; fold = 0.3;
    if (!gl_FrontFacing) { m = -m; shade *= 0.5; }
  } else if (layer == 5) {
    albedo = vec3(0.5, 0.48, 0.46); float iris = smoothstep(-0.128, -0.135, rest.y);
      albedo = mix(albedo, vec3(0.03), iris);
  } else { albedo = bag * (0.9 + 0.2 * noise(rest * 30.0)); gloss = 0.1; }
  if (fold > 0.0) {
    vec3 q = rest * vec3(15.0, 15.0, 11.0) + seed; float e = 0.15;
    vec3 g = vec3(noise(q + vec3(e,0,0)) - noise(q - vec3(e,0,0)), noise(q + vec3(0,e,0)) - noise(q - vec3(0,e,0)),
      noise(q + vec3(0,0,e)) - noise(q - vec3(0,0,e)));
    m = normalize(m + fold * g * 1.3);
    albedo *= 0.95 + 0.10 * noise(rest * 140.0);
  }
  shade *= mix(0.75, 1.0, smoothstep(0.0, 0.5, p.z));
  pixel = vec4(grade(light(p, m, albedo, gloss) * shade), 1.0);
}
"""
)

DEPTH_VERTEX = """#version 330
uniform mat4 camera; in vec3 in_position; void main() { gl_Position = camera * vec4(in_position, 1.0); }
"""
DEPTH_FRAGMENT = """#version 330
void main() {}
"""
LABEL_FRAGMENT = (
    """#version 330
in vec3 p; in vec3 n; in vec3 rest; in vec4 traits; out vec4 pixel; uniform float label;
"""
    + BODY_CUT
    + """
void main() { if (cut(rest, traits)) discard; pixel = vec4(label / 255.0, 0.0, 0.0, 1.0); }
"""
)
BLACK_FRAGMENT = """#version 330
out vec4 pixel; void main() { pixel = vec4(0.0, 0.0, 0.0, 1.0); }
"""
