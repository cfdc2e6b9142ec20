#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/task.hpp"

namespace dragoman::media {

/// Which part of a file somebody wants.
struct Wanted {
  std::uint64_t offset = 0;               ///< in bytes
  std::optional<std::uint64_t> length{};  ///< nothing: to the end
};

/// A file as it comes from where it is. What is not read stays there. Destroyed early it ends the transfer.
class Incoming {
 public:
  virtual ~Incoming() = default;
  /// Of the whole file, in bytes; nothing when it is not known.
  virtual std::optional<std::uint64_t> size() const = 0;
  /// Where the first byte of read() stands: the offset that was asked for, or 0 where only whole files can be had.
  virtual std::uint64_t offset() const = 0;
  /// What it is said to be, "image/png"; empty: unknown.
  virtual const std::string& media_type() const = 0;
  /// The next bytes, empty at the end; may go on behind what was wanted.
  virtual net::Task<Result<std::string>> read() = 0;
};

/// Where the bytes behind links are: a network. Lives until nobody asks it any more, see Links::serve.
class Source {
 public:
  /// Begins a transfer. `id`: what the link was made with; it names the same bytes for ever. Faults: not_found,
  /// forbidden (that account may not have it), unacceptable (it has no such part), limited, or what the connection
  /// gave.
  virtual net::Task<Result<std::unique_ptr<Incoming>>> open(std::string id, Wanted wanted) = 0;

 protected:
  ~Source() = default;
};

}  // namespace dragoman::media
