"""The GLSL programs of the random shops: many surfaces, one shadow, four lamps, patterned cloth."""

from edge.sim.render.shaders import BODY_CUT, NOISE

LIGHTING = """
uniform mat4 key_matrix; uniform sampler2DShadow key_map; uniform vec3 key_dir; uniform vec3 key_colour;
uniform vec3 sky; uniform vec3 ground; uniform vec3 lamp_at[4]; uniform vec3 lamp_colour[4];
uniform vec3 eye; uniform float exposure;
float lit(vec3 p, vec3 n) {
  vec3 q = (key_matrix * vec4(p + n * 0.03, 1.0)).xyz * 0.5 + 0.5;
  if (any(lessThan(q.xy, vec2(0.0))) || any(greaterThan(q.xy, vec2(1.0)))) return 1.0;
  float spin = 6.2831 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))), sum = 0.0;
  for (int i = 0; i < 5; i++) {
    float r = sqrt((float(i) + 0.5) / 5.0) * 0.011, a = float(i) * 2.39996 + spin;
    sum += texture(key_map, vec3(q.xy + r * vec2(cos(a), sin(a)), q.z - 0.002));
  }
  return sum / 5.0;
}
vec3 light(vec3 p, vec3 n, vec3 albedo, float gloss) {
  vec3 to_eye = normalize(eye - p);
  float key = lit(p, n) * max(0.0, dot(n, key_dir));
  vec3 sum = mix(ground, sky, n.z * 0.5 + 0.5) + key * key_colour;
  float shine = gloss * pow(max(0.0, dot(n, normalize(key_dir + to_eye))), 24.0) * key;
  for (int i = 0; i < 4; i++) {
    vec3 d = lamp_at[i] - p; float far2 = dot(d, d); d *= inversesqrt(far2);
    sum += lamp_colour[i] * max(0.0, dot(n, d) * 0.85 + 0.15) * 4.0 / (4.0 + far2);
    shine += 0.4 * gloss * pow(max(0.0, dot(n, normalize(d + to_eye))), 30.0);
  }
  return albedo * sum + shine;
}
vec3 grade(vec3 c) { c *= exposure; c = c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14);
  return pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2)); }
"""

ROOM_FRAGMENT = (
    """#version 330
in vec3 p; in vec3 n; in vec3 colour; flat in int kind; out vec4 pixel;
uniform vec4 feet[32]; uniform int foot_count; uniform vec2 half_size; uniform float seed;
"""
    + NOISE
    + LIGHTING
    + """
float joint(vec2 at, vec2 size, float width) {
  vec2 e = size * 0.5 - abs(fract(at / size) - 0.5) * size;
  float w = width + 0.5 * max(fwidth(at.x), fwidth(at.y));
  return 1.0 - smoothstep(0.0, w, min(e.x, e.y));
}
void main() {
  vec3 albedo = colour; float gloss = 0.02;
  vec2 at = abs(n.z) > 0.5 ? p.xy : (abs(n.x) > abs(n.y) ? p.yz : p.xz);
  float coarse = noise(p * 1.3 + seed), fine = noise(p * 37.0 + seed);
  float grow = fract(seed * 7.31);
  if (kind == 1) {
    vec2 size = vec2(mix(0.2, 0.9, grow)) * vec2(1.0, fract(seed * 3.7) > 0.6 ? 0.5 : 1.0);
    vec2 cell = floor(at / size); float odd = mod(cell.x + cell.y, 2.0);
    albedo *= 0.86 + 0.2 * hash(vec3(cell, seed));
    if (fract(seed * 5.1) > 0.75) albedo *= mix(1.0, 0.45, odd);
    albedo *= 0.9 + 0.2 * noise(p * 6.0);
    albedo *= 1.0 - (0.25 + 0.5 * fract(seed * 9.7)) * joint(at, size, 0.004); gloss = 0.25 * fract(seed * 2.3);
  } else if (kind == 2) { albedo *= 0.7 + 0.35 * coarse + 0.2 * noise(p * 9.0) + 0.08 * fine;
  } else if (kind == 3) {
    vec2 plank = vec2(floor(at.x / 0.14), 0.0); float shift = hash(vec3(plank, seed));
    vec2 cell = vec2(plank.x, floor((at.y + shift) / 1.1));
    albedo *= 0.7 + 0.45 * hash(vec3(cell, 3.0));
    albedo *= 0.8 + 0.4 * noise(vec3(at.x * 40.0, at.y * 2.5, hash(vec3(cell, 1.0)) * 40.0));
    albedo *= 1.0 - 0.5 * joint(vec2(at.x, at.y + shift), vec2(0.14, 1.1), 0.003); gloss = 0.12;
  } else if (kind == 4) {
    albedo *= 0.6 + 0.8 * hash(floor(p * 110.0)) * 0.6 + 0.2 * coarse;
    if (grow > 0.6) albedo *= 0.75 + 0.5 * step(0.5, fract(at.x * 1.4 + 0.3 * sin(at.y * 4.0)));
  } else if (kind == 5) { albedo *= 0.85 + 0.3 * noise(vec3(at * vec2(3.0, 60.0), 1.0)); gloss = 0.35;
  } else if (kind == 6) {
    vec3 own = vec3(hash(colour * 91.0), hash(colour * 57.0 + 1.0), hash(colour * 33.0 + 2.0));
    float band = step(0.5, fract(at.y * (3.0 + 7.0 * own.x) + own.y));
    float label = noise(vec3(at * 22.0, own.z * 90.0));
    albedo = mix(albedo, own * 0.8, band * step(0.42, label));
    albedo = mix(albedo, vec3(0.75), 0.8 * step(0.66, noise(vec3(at * 60.0, own.x * 50.0))) * step(own.y, 0.6));
    albedo *= 1.0 - 0.7 * joint(at + own.xy, vec2(0.07 + 0.12 * own.x, 3.0), 0.006); gloss = 0.15;
  } else if (kind == 7) {
    vec3 own = vec3(hash(colour * 71.0), hash(colour * 37.0 + 1.0), hash(colour * 13.0 + 2.0));
    float a = noise(vec3(at * (1.5 + 5.0 * own.x), own.y * 50.0)), b = noise(vec3(at * 7.0, own.z * 70.0));
    albedo = mix(albedo, own, smoothstep(0.4, 0.55, a)); albedo = mix(albedo, own.zxy, smoothstep(0.6, 0.64, b));
    float line = step(0.55, fract(at.y * 11.0)) * step(0.4, noise(vec3(at * vec2(30.0, 11.0), own.x)));
    albedo = mix(albedo, vec3(0.03), line * step(own.z, 0.5) * 0.8); gloss = 0.05;
  } else if (kind == 8) {
    float bar = joint(at, vec2(0.9, 1.4), 0.03);
    float scene = 0.55 + 0.45 * noise(vec3(at * 1.8, seed)) + 0.3 * noise(vec3(at * 9.0, seed)) - 0.35 * step(at.y,
      1.0);
    pixel = vec4(grade(mix(colour * scene * 1.3 * length(sky + key_colour), vec3(0.06), bar)), 1.0); return;
  } else if (kind == 9) {
    vec2 size = vec2(0.25, 0.075); float row = floor(at.y / size.y); vec2 q = vec2(at.x + 0.125 * mod(row, 2.0), at.y);
    albedo *= vec3(1.0, 0.8, 0.7) * (0.7 + 0.5 * hash(vec3(floor(q / size), seed)));
    albedo = mix(albedo, vec3(0.45), 0.6 * joint(q, size, 0.006)); albedo *= 0.85 + 0.3 * fine;
  } else if (kind == 10) {
    float grain = noise(p * 55.0); albedo *= 0.9 + 0.3 * step(0.68, grain) - 0.2 * step(grain, 0.25);
    albedo *= 0.85 + 0.3 * coarse; gloss = 0.3;
  } else if (kind == 11) { albedo *= 0.4 + 1.2 * noise(p * 22.0); }
  else { albedo *= 0.85 + 0.25 * coarse + 0.06 * fine; }
  albedo *= 0.94 + 0.1 * noise(p * 0.9 + 3.0 * seed);
  float shade = 1.0;
  if (p.z < 0.1) for (int i = 0; i < foot_count; i++) {
    vec2 d = p.xy - feet[i].xy;
    shade *= 1.0 - 0.6 * exp(-dot(d, d) / 0.02); shade *= 1.0 - 0.28 * exp(-dot(d, d) / 0.15);
  }
  float wall = min(half_size.x - abs(p.x), half_size.y - abs(p.y));
  if (n.z > 0.5 && p.z < 0.1) shade *= 0.6 + 0.4 * smoothstep(0.0, 0.6, max(wall, 0.0) + step(wall, -0.1));
  if (n.z < 0.5) shade *= 0.6 + 0.4 * smoothstep(0.0, 0.5, p.z);
  vec3 c = light(p, n, albedo, gloss) * shade;
  if (gloss > 0.1 && n.z > 0.5) {
    float mirror = 0.02 + 0.3 * pow(1.0 - abs(dot(normalize(p - eye), n)), 4.0);
    vec3 r = reflect(normalize(p - eye), n);
      vec2 l = abs(fract((p.xy + r.xy * 3.0 / max(r.z, 0.1)) / vec2(2.0, 2.8)) - 0.5);
    c += gloss * mirror * (sky + 2.0 * smoothstep(0.3, 0.1, l.x) * smoothstep(0.4, 0.3, l.y));
  }
  pixel = vec4(grade(c), 1.0);
}
"""
)

BODY_FRAGMENT = (
    """#version 330
in vec3 p; in vec3 n; in vec3 rest; in vec4 traits; out vec4 pixel;
uniform vec3 skin; uniform vec3 hair; uniform vec3 shirt; uniform vec3 shirt_2; uniform vec3 front;
uniform vec3 trousers; uniform vec3 skirt; uniform vec3 shoes; uniform int pattern; uniform float seed;
uniform float flat_face;
"""
    + NOISE
    + LIGHTING
    + BODY_CUT
    + """
void main() {
  if (cut(rest, traits)) discard;
  vec3 m = normalize(n); vec3 albedo = skin; float gloss = 0.05; float fold = 0.0; float shade = 1.0;
  if (layer == 0) {
    albedo *= 0.92 + 0.16 * noise(rest * 60.0);
    if (rest.z > 0.60 && traits.w > 0.5) {
      float face = smoothstep(-0.10, -0.13, rest.y) * (1.0 - flat_face);
      float brow = smoothstep(0.010, 0.004, abs(rest.z - 0.749)) * smoothstep(0.052, 0.044, abs(rest.x));
      albedo = mix(albedo, hair * 0.8, 0.8 * brow * face);
      float eyes = smoothstep(0.018, 0.008, length(vec2(abs(rest.x) - 0.031, (rest.z - 0.728) * 1.6)));
      albedo = mix(albedo, albedo * 0.4, eyes * face);
      float beard = step(0.8, fract(seed * 1.7)) * smoothstep(0.685, 0.66, rest.z) * smoothstep(-0.03, -0.08, rest.y);
      albedo = mix(albedo, hair, 0.8 * beard * (1.0 - flat_face));
      float scalp = smoothstep(0.742, 0.755, rest.z + 0.55 * (rest.y + 0.06));
      scalp = max(scalp, smoothstep(0.0, 0.02, rest.y + 0.01) * smoothstep(0.64, 0.67, rest.z));
      albedo = mix(albedo, hair * (0.7 + 0.7 * noise(rest * vec3(90.0, 90.0, 30.0))), scalp * (1.0 - flat_face));
      shade *= mix(0.6, 1.0, smoothstep(0.59, 0.64, rest.z));
    }
    if (traits.z > 0.30 && rest.z < -0.752) { albedo = mix(shoes * 0.4 + 0.02, shoes, step(-0.828, rest.z));
      gloss = 0.1; }
  } else if (layer == 1) {
    albedo = shirt; fold = 0.75; float round_ = atan(rest.x, -rest.y);
      float along = traits.x > 0.5 ? traits.y * 0.35 : rest.z;
    float wide = 6.0 + 18.0 * fract(seed * 0.37);
    if (pattern == 1) albedo = mix(shirt, shirt_2, step(0.5, fract((fract(seed) > 0.3 ? along : round_ * 0.15) *
      wide)));
    if (pattern == 2 && traits.x < 0.5 && rest.y < -0.06 && abs(rest.x) < 0.02 + 0.06 * smoothstep(0.2, 0.5, rest.z))
      albedo = front;
    if (pattern == 3) albedo = mix(shirt, shirt_2, 0.5 * step(0.5, fract(along * wide)) + 0.5 * step(0.5,
      fract(round_ * 2.5)));
    if (pattern == 4) albedo = mix(shirt, shirt_2, smoothstep(0.45, 0.55, noise(rest * wide * 1.5 + seed)));
    if (pattern == 5 && traits.x < 0.5 && rest.z > 0.15 && rest.z < 0.36 && abs(rest.x) < 0.1)
      albedo = mix(shirt, shirt_2, step(0.5, noise(rest * 40.0 + seed)));
    shade *= mix(0.65, 1.0, smoothstep(0.0, 0.06, abs(abs(rest.x) - 0.17) + step(0.42, rest.z)));
    albedo *= 1.0 - 0.35 * smoothstep(shirt_hem + 0.012, shirt_hem, rest.z) * step(traits.x, 0.5);
    albedo *= 1.0 - 0.4 * smoothstep(0.5, 0.62, traits.w);
  } else if (layer == 2) {
    albedo = trousers; fold = 0.6 + 0.5 * smoothstep(-0.5, -0.85, rest.z);
    albedo *= 0.8 + 0.4 * noise(rest * vec3(7.0, 7.0, 3.0) + seed);
    shade *= mix(0.5, 1.0, smoothstep(0.0, 0.07, abs(rest.x))) * mix(1.0, 0.7, smoothstep(-0.12, 0.0, rest.z) * 0.6);
  } else if (layer == 3) {
    albedo = skirt; fold = 0.6; shade *= 0.85 + 0.15 * sin(atan(rest.y, rest.x) * 18.0);
    if (fract(seed * 2.9) > 0.6) albedo = mix(skirt, shirt_2, step(0.55, noise(rest * 20.0 + seed)));
    if (!gl_FrontFacing) { m = -m; shade *= 0.45; }
  } else if (layer == 4) {
    albedo = hair * (0.6 + 0.9 * noise(rest * vec3(120.0, 120.0, 14.0))); gloss = 0.12; fold = 0.4;
    if (!gl_FrontFacing) { m = -m; shade *= 0.5; }
  } else { albedo = vec3(0.4); }
  if (fold > 0.0) {
    vec3 q = rest * vec3(15.0, 15.0, 9.0) + seed; float e = 0.15;
    vec3 g = vec3(noise(q + vec3(e,0,0)) - noise(q - vec3(e,0,0)), noise(q + vec3(0,e,0)) - noise(q - vec3(0,e,0)),
      noise(q + vec3(0,0,e)) - noise(q - vec3(0,0,e)));
    m = normalize(m + fold * g * 1.6); albedo *= 0.85 + 0.3 * noise(rest * 140.0);
  }
  shade *= mix(0.65, 1.0, smoothstep(0.0, 0.6, p.z));
  pixel = vec4(grade(light(p, m, albedo, gloss) * shade), 1.0);
}
"""
)
