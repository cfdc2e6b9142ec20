#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman::net {

/// A part of a body whose length nobody knows (RFC 9112 7.1); that of an empty piece ends it.
inline std::string chunk_of(std::string_view piece) {
  static constexpr char hex[] = "0123456789abcdef";
  if (piece.empty()) return "0\r\n\r\n";
  std::string size;
  for (std::size_t left = piece.size(); left > 0; left >>= 4) size.insert(size.begin(), hex[left & 15]);
  return size + "\r\n" + std::string{piece} + "\r\n";
}

}  // namespace dragoman::net
