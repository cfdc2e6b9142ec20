#include "base/random.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/random.h>
#include <vector>

namespace dragoman {

std::uint64_t Random::number() {
  std::uint64_t value = 0;
  fill(std::as_writable_bytes(std::span{&value, 1}));
  return value;
}

std::string Random::hex(std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::vector<std::byte> raw(bytes);
  fill(raw);
  std::string text;
  text.reserve(bytes * 2);
  for (const std::byte byte : raw) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

namespace {

void read_entropy(std::byte* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = getrandom(into, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) std::abort();  // a kernel without getrandom cannot run us safely
    into += got;
    size -= static_cast<std::size_t>(got);
  }
}

}  // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
  if (bytes.size() > sizeof block_) return read_entropy(bytes.data(), bytes.size());
  if (left_ < bytes.size()) {
    read_entropy(block_, sizeof block_);
    left_ = sizeof block_;
  }
  std::memcpy(bytes.data(), block_ + (sizeof block_ - left_), bytes.size());
  std::memset(block_ + (sizeof block_ - left_), 0, bytes.size());  // what was given out is not kept
  left_ -= bytes.size();
}

std::string IdSource::next() { return prefix_ + '-' + std::to_string(++last_); }

}  // namespace dragoman
