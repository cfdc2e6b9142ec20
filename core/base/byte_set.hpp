#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace dragoman {

/// Some of the 256 bytes, to look for in a text: one look at a table for each byte, where
/// std::string_view::find_first_of calls memchr for each.
///
///     constexpr ByteSet signs{"*_~`"};
///     signs.find_in("a *b*")     // 2
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char byte : bytes) has_[static_cast<unsigned char>(byte)] = true;
  }

  /// The same and all bytes from `first` to `last`.
  constexpr ByteSet with_range(unsigned char first, unsigned char last) const {
    ByteSet more{*this};
    for (unsigned byte = first; byte <= last; ++byte) more.has_[byte] = true;
    return more;
  }

  constexpr bool has(char byte) const { return has_[static_cast<unsigned char>(byte)]; }
  /// The place of the first of them; npos: there is none.
  constexpr std::size_t find_in(std::string_view text) const {
    std::size_t i = 0;
    // Eight at once, without a jump for each: most texts have none of them.
    for (; i + 8 <= text.size(); i += 8) {
      unsigned any = 0;
      for (std::size_t next = i; next < i + 8; ++next) any |= has(text[next]) ? 1U : 0U;
      if (any != 0) break;
    }
    for (; i < text.size(); ++i) {
      if (has(text[i])) return i;
    }
    return std::string_view::npos;
  }
  constexpr bool none_in(std::string_view text) const { return find_in(text) == std::string_view::npos; }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace dragoman
