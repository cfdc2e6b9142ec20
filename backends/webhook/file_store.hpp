#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "backends/services.hpp"
#include "backends/webhook/posting.hpp"
#include "base/result.hpp"
#include "media/source.hpp"

namespace dragoman::backends::webhook {

/// Files that came to hooks where there is no upload service: in the store, in pieces, behind links of the gateway.
/// Each owner may have so many bytes; what is older than a month goes.
class FileStore final : public media::Source {
 public:
  static constexpr Duration lifetime = std::chrono::hours{24 * 30};

  FileStore(Services& services, std::uint64_t most_bytes_of_owner);

  void load();
  /// For files that come from now on.
  void set_limit(std::uint64_t most_bytes_of_owner) { most_ = most_bytes_of_owner; }
  /// The address of the file. Faults: limited (the owner has too much), unavailable (there is no public listener).
  Result<std::string> put(const std::string& owner, const File& file);
  void remove_all_of(const std::string& owner);
  std::uint64_t bytes_of(const std::string& owner) const;

  net::Task<Result<std::unique_ptr<media::Incoming>>> open(std::string id, media::Wanted wanted) override;

 private:
  struct Entry {
    std::string owner, type;
    std::uint64_t size = 0;
    Timestamp made{};
  };
  void remove(const std::string& id);
  void remove_old();
  void keep_index();

  Services& services_;
  std::uint64_t most_;
  std::map<std::string, Entry> files_;
};

}  // namespace dragoman::backends::webhook
