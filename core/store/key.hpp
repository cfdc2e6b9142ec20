#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"

namespace dragoman::store {

/// The key that stored credentials are encrypted with: 32 bytes in memory that is never swapped out and is wiped when
/// the key goes.
class Key {
 public:
  static constexpr std::size_t size = 32;

  /// Reads a key file. Fault::not_found: there is none. Fault::forbidden: others may read it. Fault::malformed: it does
  /// not hold exactly 32 bytes. The text says what to do.
  static Result<Key> read(const std::string& path);
  /// Writes a new key file, 0600, durable before it is used; refuses to replace a file.
  static Result<Key> create(const std::string& path, Random& random);

  const unsigned char* bytes() const { return bytes_.get(); }
  /// Stands in front of every sealed value, so that several keys can be told apart while one replaces another.
  std::uint8_t id() const { return id_; }

 private:
  struct Wipe {
    void operator()(unsigned char* bytes) const;
  };
  using Bytes = std::unique_ptr<unsigned char, Wipe>;

  static Bytes allocate();
  explicit Key(Bytes bytes);

  Bytes bytes_;
  std::uint8_t id_ = 0;
};

}  // namespace dragoman::store
