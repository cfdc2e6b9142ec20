#include "backends/irc/colours.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace dragoman::backends::irc {

namespace {

constexpr std::array<std::uint32_t, 99> palette{
    0xffffff, 0x000000, 0x00007f, 0x009300, 0xff0000, 0x7f0000, 0x9c009c, 0xfc7f00, 0xffff00, 0x00fc00, 0x009393,
    0x00ffff, 0x0000fc, 0xff00ff, 0x7f7f7f, 0xd2d2d2, 0x470000, 0x472100, 0x474700, 0x324700, 0x004700, 0x00472c,
    0x004747, 0x002747, 0x000047, 0x2e0047, 0x470047, 0x47002a, 0x740000, 0x743a00, 0x747400, 0x517400, 0x007400,
    0x007449, 0x007474, 0x004074, 0x000074, 0x4b0074, 0x740074, 0x740045, 0xb50000, 0xb56300, 0xb5b500, 0x7db500,
    0x00b500, 0x00b571, 0x00b5b5, 0x0063b5, 0x0000b5, 0x7500b5, 0xb500b5, 0xb5006b, 0xff0000, 0xff8c00, 0xffff00,
    0xb2ff00, 0x00ff00, 0x00ffa0, 0x00ffff, 0x008cff, 0x0000ff, 0xa500ff, 0xff00ff, 0xff0098, 0xff5959, 0xffb459,
    0xffff71, 0xcfff60, 0x6fff6f, 0x65ffc9, 0x6dffff, 0x59b4ff, 0x5959ff, 0xc459ff, 0xff66ff, 0xff59bc, 0xff9c9c,
    0xffd39c, 0xffff9c, 0xe2ff9c, 0x9cff9c, 0x9cffdb, 0x9cffff, 0x9cd3ff, 0x9c9cff, 0xdc9cff, 0xff9cff, 0xff94d3,
    0x000000, 0x131313, 0x282828, 0x363636, 0x4d4d4d, 0x656565, 0x818181, 0x9f9f9f, 0xbcbcbc, 0xe2e2e2, 0xffffff};

int channel(std::uint32_t colour, int shift) { return static_cast<int>(colour >> shift & 0xff); }

}  // namespace

std::string colour_of(unsigned number) {
  if (number >= palette.size()) return {};
  std::string text = "#";
  for (int shift = 20; shift >= 0; shift -= 4) text += "0123456789abcdef"[palette[number] >> shift & 15];
  return text;
}

std::string nearest_colour(std::string_view rgb) {
  std::uint32_t wanted = 0;
  if (rgb.size() != 7 || rgb.front() != '#') return "99";
  if (std::from_chars(rgb.data() + 1, rgb.data() + 7, wanted, 16).ptr != rgb.data() + 7) return "99";
  std::size_t best = 0;
  int best_distance = 3 * 256 * 256;
  for (std::size_t i = 0; i < 16; ++i) {
    int distance = 0;
    for (const int shift : {0, 8, 16}) {
      const int difference = channel(palette[i], shift) - channel(wanted, shift);
      distance += difference * difference;
    }
    if (distance < best_distance) {
      best = i;
      best_distance = distance;
    }
  }
  return {static_cast<char>('0' + best / 10), static_cast<char>('0' + best % 10)};
}

}  // namespace dragoman::backends::irc
