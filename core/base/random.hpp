#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace dragoman {

/// Chance as an input. fill() is fit for keys and nonces when the implementation is SystemRandom.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;

  std::uint64_t number();
  /// A number in [0, bound); bound 0 gives 0.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : number() % bound; }
  /// `bytes` random bytes as lower-case hexadecimal text.
  std::string hex(std::size_t bytes);
};

/// getrandom(2), read in blocks so that ids cost no system call each.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;

 private:
  std::byte block_[512];
  std::size_t left_ = 0;
};

/// Ids for stanzas of ours: a random prefix a process and a counter, so that an id cannot be guessed and costs nothing.
class IdSource {
 public:
  explicit IdSource(Random& random) : prefix_(random.hex(16)) {}
  /// E.g. "9f3c…e1-42": 128 random bits, unique within the process.
  std::string next();

 private:
  std::string prefix_;
  std::uint64_t last_ = 0;
};

}  // namespace dragoman
