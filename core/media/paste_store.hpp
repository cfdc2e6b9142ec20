#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/timers.hpp"
#include "media/links.hpp"
#include "media/source.hpp"
#include "media/uploader.hpp"
#include "store/store.hpp"

namespace dragoman::media {

/// Puts texts into the store of the gateway itself, encrypted at rest, behind links to its public listener: for those
/// who are in a room without any XMPP server that takes files. The same text has the same link. What is as old as links
/// get goes; of more than `most_bytes` the oldest.
class PasteStore final : public Source, public Uploader {
 public:
  struct Limits {
    Duration lifetime = std::chrono::days{30};
    std::uint64_t most_bytes = 64 * 1024 * 1024;
    std::uint64_t largest = 1024 * 1024;
  };
  /// `links` outlives it, and leads to it from now on.
  PasteStore(store::Store& store, Timers& timers, Links& links, Limits limits);
  PasteStore(const PasteStore&) = delete;
  PasteStore& operator=(const PasteStore&) = delete;

  bool available() const override { return true; }
  /// Fault::too_long.
  void upload(File file, Uploaded uploaded) override;
  net::Task<Result<std::unique_ptr<Incoming>>> open(std::string id, Wanted wanted) override;

 private:
  struct Entry {
    Timestamp made{};
    std::uint64_t size = 0;
  };
  void load();
  void remove(std::map<std::string, Entry>::iterator entry);
  void make_room(std::uint64_t bytes);
  void tell_all();

  store::Store& store_;
  const Clock& clock_;
  Links& links_;
  Limits limits_;
  Timer soon_;
  std::vector<std::pair<Uploaded, Result<std::string>>> answers_;
  std::map<std::string, Entry> entries_;  // by id
  std::uint64_t bytes_ = 0;
};

}  // namespace dragoman::media
