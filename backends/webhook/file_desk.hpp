#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "backends/services.hpp"
#include "backends/webhook/posting.hpp"
#include "media/uploader.hpp"
#include "net/task.hpp"
#include "net/wakeup.hpp"

namespace dragoman::backends::webhook {

class FileStore;

/// Puts the files of a request where people can read them: to the XMPP server (XEP-0363), else into our own store.
class FileDesk {
 public:
  /// `store` outlives it.
  FileDesk(Services& services, FileStore& store) : services_(services), store_(store) {}

  /// The files become attachments. Faults: limited (the owner has too many here), unavailable (nothing takes them).
  net::Task<Result<void>> put(std::string owner, std::vector<Posting>& postings);

 private:
  struct Upload {
    net::Wakeup* waiting = nullptr;
    std::optional<Result<std::string>> url{};
  };
  net::Task<Result<std::string>> put(std::string owner, File file);
  net::Task<Result<std::string>> upload(File file);

  Services& services_;
  FileStore& store_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Upload> uploads_;  // under way: a late answer finds nothing
};

}  // namespace dragoman::backends::webhook
