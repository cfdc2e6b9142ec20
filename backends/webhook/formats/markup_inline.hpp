#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backends/webhook/formats/markup.hpp"

namespace dragoman::backends::webhook::formats {

/// Reads one line of markup, without blocks. The text is clean already.
class InlineMarkup {
 public:
  InlineMarkup(Prose& prose, Dialect dialect) : prose_(prose), dialect_(dialect) {}
  void read(std::string_view line) { read(line, 0); }

 private:
  struct Sign;
  /// Which signs can have no end in the rest of a line: they are looked for once.
  struct NoEnd {
    std::array<bool, 9> signs{};
    std::uint64_t ticks = 0;  ///< by the length of a run of "`"
  };
  static const Sign signs_[];

  void read(std::string_view line, std::size_t depth);
  /// Each: how many bytes of `line` from `at` it has read, 0 when this is something else.
  std::size_t escaped(std::string_view line, std::size_t at);
  std::size_t code(std::string_view line, std::size_t at, NoEnd& no_end);
  std::size_t emphasis(std::string_view line, std::size_t at, std::size_t depth, NoEnd& no_end);
  std::size_t markdown_link(std::string_view line, std::size_t at);
  std::size_t in_angles(std::string_view line, std::size_t at);
  bool slack_reference(std::string_view inside);
  bool discord_reference(std::string_view inside);

  Prose& prose_;
  Dialect dialect_;
};

}  // namespace dragoman::backends::webhook::formats
