#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "backends/services.hpp"

namespace dragoman::backends::webhook {

/// A list of texts that holds over restarts and forgets its oldest: what is appended is on disk with the turn. Kept in
/// documents of `per_piece` texts each, of which the newest is written anew for every text.
class Journal {
 public:
  Journal(Services& services, std::string name, std::size_t per_piece, std::size_t pieces)
      : services_(services), name_(std::move(name)), per_piece_(per_piece), pieces_(pieces) {}

  /// Everything, oldest first. Once, before the first append().
  std::vector<std::string> load();
  void append(std::string text);
  /// Nothing is left of it.
  void erase();

 private:
  std::string key_of(std::uint64_t piece) const { return name_ + ' ' + std::to_string(piece % pieces_); }

  Services& services_;
  std::string name_;
  std::size_t per_piece_, pieces_;
  std::uint64_t piece_ = 0;  // the newest, counted without end
  std::vector<std::string> newest_;
};

}  // namespace dragoman::backends::webhook
